namespace Xen.DeviceModel;

/// <summary>What became of a device.</summary>
public enum BackendChangeKind
{
    /// <summary>It is to be served: it is new, or was there when the stream began.</summary>
    Added,

    /// <summary>It is not to be served any longer.</summary>
    Removed,
}
