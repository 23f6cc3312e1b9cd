using System;
using System.Collections.Generic;

namespace Xen.Store;

/// <summary>A node of a snapshot, with all below it.</summary>
public sealed class XenStoreNode
{
    internal XenStoreNode(string path, bool isReadable)
    {
        Path = path;
        IsReadable = isReadable;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The last part of its path; <c>/</c> for the root.</summary>
    public string Name => Path is "/" ? Path : Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Whether its permissions let us look at it; if not, there is nothing but its name here.</summary>
    public bool IsReadable { get; internal set; }

    /// <summary>Its value.</summary>
    public ReadOnlyMemory<byte> Value { get; internal set; }

    /// <summary>Its permissions, the owner first.</summary>
    public IReadOnlyList<XenStorePermission> Permissions { get; internal set; } = [];

    /// <summary>The nodes right below it, in the daemon's order.</summary>
    public IReadOnlyList<XenStoreNode> Children { get; internal set; } = [];

    /// <summary>Its path.</summary>
    public override string ToString() => Path;
}
