namespace Xen.Virtio.Devices.Console;

/// <summary>What can be chosen about a console device.</summary>
public sealed class ConsoleDeviceOptions
{
    /// <summary>Width in characters, at the beginning.</summary>
    public ushort Columns { get; init; } = 80;

    /// <summary>Height in characters, at the beginning.</summary>
    public ushort Rows { get; init; } = 25;

    /// <summary>Largest size of each queue, in descriptors: a power of two from 4 to 32768.</summary>
    public ushort QueueSize { get; init; } = 64;
}
