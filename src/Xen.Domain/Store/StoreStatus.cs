namespace Xen.Domain;

/// <summary>How a request to XenStore ended.</summary>
public enum StoreStatus
{
    /// <summary>It was carried out.</summary>
    Done,

    /// <summary>The daemon refused it: <see cref="StoreResult.Error"/> says why.</summary>
    Refused,

    /// <summary>The domain has no XenStore.</summary>
    Absent,

    /// <summary>No answer came in time.</summary>
    TimedOut,

    /// <summary>The request is longer than the protocol allows; nothing was sent.</summary>
    TooLong,

    /// <summary>The daemon has broken the protocol, or an answer was lost: only a reconnection helps.</summary>
    Broken,
}
