using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A run of guest frames where RAM may be.</summary>
/// <param name="First">Its first frame.</param>
/// <param name="FrameCount">How many frames of 4 KiB; at least one.</param>
public readonly record struct GuestRamBank(GuestFrameNumber First, ulong FrameCount);
