using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;

namespace Xen.Store.Cli.Trees;

/// <summary>A node as a listing found it; each part of it may be missing for a reason of its own.</summary>
/// <param name="path">Its path.</param>
/// <param name="name">Its name.</param>
internal sealed class Branch(string path, string name)
{
    /// <summary>Its path.</summary>
    public string Path => path;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its value; null if it was not asked for, or refused.</summary>
    public byte[]? Value { get; set; }

    /// <summary>Its permissions; null if they were not asked for, or refused.</summary>
    public IReadOnlyList<XenStorePermission>? Permissions { get; set; }

    /// <summary>The nodes right below it.</summary>
    public IReadOnlyList<Branch> Children { get; set; } = [];

    /// <summary>Why there are no children; null if there are, or if the node is gone in the meantime.</summary>
    public Exception? ChildrenFailure { get; set; }

    /// <summary>Throws if there are no children though the node is there.</summary>
    public void ThrowIfNotListed()
    {
        if (ChildrenFailure is not null)
            ExceptionDispatchInfo.Throw(ChildrenFailure);
    }
}
