namespace Xen.Virtio.Storage.Nbd;

/// <summary>How far a request is.</summary>
internal enum NbdRequestState
{
    /// <summary>On its way.</summary>
    Pending,

    /// <summary>Answered.</summary>
    Completed,

    /// <summary>The connection ended before the answer came.</summary>
    Lost,
}
