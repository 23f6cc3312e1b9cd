using Microsoft.Extensions.Logging;

namespace VirtioHosting;

/// <summary>The surroundings of a device that is opened.</summary>
/// <param name="RecoveryPath">
/// A file that a device may keep beside its state, from one daemon to the next one. Its folder is there; the file is gone
/// when the device is.
/// </param>
/// <param name="Logging">Makes loggers.</param>
public sealed record HostedDeviceContext(string RecoveryPath, ILoggerFactory Logging);
