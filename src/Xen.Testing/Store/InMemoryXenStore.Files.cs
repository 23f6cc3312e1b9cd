using System;
using System.IO;
using Xen.Testing.Store.Files;

namespace Xen.Testing.Store;

// A store in a file.
public sealed partial class InMemoryXenStore
{
    /// <summary>Makes a store from JSON, with the nodes that are there and no others.</summary>
    /// <remarks>
    /// The text is one node, the root: <c>{"value": "text", "permissions": ["n0", "r5"], "children": {"name": {…}}}</c>, each
    /// part of which may be missing. A value that is no text is <c>{"base64": "…"}</c>; one that is missing is empty.
    /// Permissions that are missing are the parent's, or those of domain 0 alone. The domains that permissions name are
    /// there, but not introduced.
    /// </remarks>
    /// <param name="stream">The text, in UTF-8.</param>
    /// <param name="options">How the store is.</param>
    /// <exception cref="StoreFormatException">It is of another form. Says where.</exception>
    public static InMemoryXenStore Load(Stream stream, StoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new StoreOptions();
        return new InMemoryXenStore(options) { _state = StoreReader.Read(stream, options) };
    }

    /// <summary>Writes the nodes as JSON, in the form of <see cref="Load"/>.</summary>
    /// <param name="stream">Where the text goes, in UTF-8.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        StoreWriter.Write(State, stream);
    }
}
