using Xen.Store;

namespace Xen.Domain;

/// <summary>How a request to XenStore ended, and why the daemon refused it if it did.</summary>
public readonly struct StoreResult
{
    private StoreResult(StoreStatus status, XenStoreError error)
    {
        Status = status;
        Error = error;
    }

    /// <summary>How it ended.</summary>
    public StoreStatus Status { get; }

    /// <summary>Why it was refused, if it was.</summary>
    public XenStoreError Error { get; }

    /// <summary>Whether it was carried out.</summary>
    public bool IsDone => Status == StoreStatus.Done;

    internal static StoreResult Of(StoreStatus status) => new(status, XenStoreError.Unknown);

    internal static StoreResult Refused(XenStoreError error) => new(StoreStatus.Refused, error);
}
