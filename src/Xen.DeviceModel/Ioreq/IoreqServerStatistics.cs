namespace Xen.DeviceModel;

/// <summary>What a server has done so far.</summary>
/// <param name="Requests">Requests answered or deferred, of every kind; not those that need no answer.</param>
/// <param name="Unhandled">Those, and buffered ones, that no device answered.</param>
/// <param name="Invalidations">Requests that said the memory map changed.</param>
/// <param name="Buffered">Requests that needed no answer.</param>
/// <param name="Deferred">Requests that a device put off.</param>
public readonly record struct IoreqServerStatistics(
    long Requests, long Unhandled, long Invalidations, long Buffered = 0, long Deferred = 0);
