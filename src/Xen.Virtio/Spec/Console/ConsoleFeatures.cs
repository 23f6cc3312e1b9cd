namespace Xen.Virtio.Spec.Console;

/// <summary>Feature bits of a console device, virtio 1.3 §5.3.3.</summary>
public static class ConsoleFeatures
{
    /// <summary>VIRTIO_CONSOLE_F_SIZE: <c>cols</c> and <c>rows</c> say how large the console is.</summary>
    public const ulong Size = 1UL << 0;

    /// <summary>VIRTIO_CONSOLE_F_MULTIPORT: there are several ports, and control queues.</summary>
    public const ulong Multiport = 1UL << 1;

    /// <summary>VIRTIO_CONSOLE_F_EMERG_WRITE: a byte can be written through the configuration space.</summary>
    public const ulong EmergencyWrite = 1UL << 2;
}
