namespace Xen.Testing.Recording;

/// <summary>The calls of capabilities, as a recording names them.</summary>
internal static class RecordedKind
{
    internal const string Map = "map";
    internal const string MapAt = "map_at";
    internal const string MapResource = "map_resource";
    internal const string ResourceSize = "resource_size";
    internal const string OpenWindow = "open_window";
    internal const string Populate = "populate";
    internal const string Retry = "retry";
    internal const string BindInterdomain = "bind_interdomain";
    internal const string BindUnbound = "bind_unbound";
    internal const string BindVirq = "bind_virq";
    internal const string Unbind = "unbind";
    internal const string Notify = "notify";
    internal const string Unmask = "unmask";
    internal const string Reset = "reset";
    internal const string Wait = "wait";
}
