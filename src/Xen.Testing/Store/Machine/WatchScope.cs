namespace Xen.Testing.Store.Machine;

/// <summary>Which watches a change wakes.</summary>
internal enum WatchScope
{
    None,

    /// <summary>Those of the very node.</summary>
    Node,

    /// <summary>Those of the node and of those above it.</summary>
    Ancestors,
}
