namespace Xen.Domain;

/// <summary>Where a <see cref="DeviceTreeWalker"/> stands.</summary>
public enum DeviceTreeToken
{
    /// <summary>Not on anything: before the first step, or behind the last one.</summary>
    None,

    /// <summary>A node begins: <c>FDT_BEGIN_NODE</c>.</summary>
    NodeBegin,

    /// <summary>A property of the node that was begun last and has not ended: <c>FDT_PROP</c>.</summary>
    Property,

    /// <summary>The node that was begun last ends: <c>FDT_END_NODE</c>.</summary>
    NodeEnd,
}
