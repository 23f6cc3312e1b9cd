using Microsoft.Extensions.Logging;
using Xen.Virtio.Spec.I2c;

namespace VirtioI2c;

/// <summary>What the kind logs. Event ids 700 to 709.</summary>
internal static partial class I2cLog
{
    [LoggerMessage(700, LogLevel.Warning,
        "{Device}: chip {Address} of {Bus} is {Other}'s too: each may change what the other reads")]
    internal static partial void AddressShared(
        this ILogger logger, string device, I2cAddress address, string bus, string other);
}
