namespace Xen.Virtio.Spec.Console;

/// <summary><c>event</c> of a control message, virtio 1.3 §5.3.6.2.</summary>
public enum ConsoleEvent : ushort
{
    /// <summary>VIRTIO_CONSOLE_DEVICE_READY, from the driver.</summary>
    DeviceReady = 0,

    /// <summary>VIRTIO_CONSOLE_DEVICE_ADD (Linux: PORT_ADD), from the device.</summary>
    PortAdd = 1,

    /// <summary>VIRTIO_CONSOLE_DEVICE_REMOVE (Linux: PORT_REMOVE), from the device.</summary>
    PortRemove = 2,

    /// <summary>VIRTIO_CONSOLE_PORT_READY, from the driver.</summary>
    PortReady = 3,

    /// <summary>VIRTIO_CONSOLE_CONSOLE_PORT, from the device.</summary>
    ConsolePort = 4,

    /// <summary>VIRTIO_CONSOLE_RESIZE, from the device; <c>le16 cols</c> and <c>le16 rows</c> follow.</summary>
    Resize = 5,

    /// <summary>VIRTIO_CONSOLE_PORT_OPEN, from both.</summary>
    PortOpen = 6,

    /// <summary>VIRTIO_CONSOLE_PORT_NAME, from the device; the name follows, as UTF-8 without an end.</summary>
    PortName = 7,
}
