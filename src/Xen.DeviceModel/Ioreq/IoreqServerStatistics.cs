namespace Xen.DeviceModel;

/// <summary>What a server has done so far.</summary>
/// <param name="Requests">Requests answered, of every kind.</param>
/// <param name="Unhandled">Those among them that no device answered.</param>
/// <param name="Invalidations">Those among them that said the memory map changed.</param>
public readonly record struct IoreqServerStatistics(long Requests, long Unhandled, long Invalidations);
