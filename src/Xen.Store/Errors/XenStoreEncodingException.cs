using System;

namespace Xen.Store;

/// <summary>A value is no text: it is not valid UTF-8. The methods that give bytes read it.</summary>
public sealed class XenStoreEncodingException : XenStoreException
{
    /// <summary>Makes one.</summary>
    /// <param name="path">The node, if it is known.</param>
    /// <param name="innerException">The cause.</param>
    public XenStoreEncodingException(string? path, Exception? innerException = null)
        : base($"the value of {path ?? "a node"} is not UTF-8: read it as bytes", innerException) => Path = path;

    /// <summary>The node, if it is known.</summary>
    public string? Path { get; }
}
