namespace Xen.Virtio.Spec.Console;

/// <summary>Configuration layout and queues of a console device, virtio 1.3 §5.3.2 and §5.3.4.</summary>
public static class ConsoleLayout
{
    /// <summary>Offset of <c>le16 cols</c>, in characters.</summary>
    public const int ColumnsOffset = 0;

    /// <summary>Offset of <c>le16 rows</c>, in characters.</summary>
    public const int RowsOffset = 2;

    /// <summary>Offset of <c>le32 max_nr_ports</c>.</summary>
    public const int MaxPortsOffset = 4;

    /// <summary>Offset of <c>le32 emerg_wr</c>. Writable.</summary>
    public const int EmergencyWriteOffset = 8;

    /// <summary>Size of <c>struct virtio_console_config</c> in bytes.</summary>
    public const int ConfigLength = 12;

    /// <summary>Index of the queue of control messages to the driver.</summary>
    public const int ControlReceiveQueue = 2;

    /// <summary>Index of the queue of control messages from the driver.</summary>
    public const int ControlTransmitQueue = 3;

    /// <summary>Index of a port's queue of data to the driver; the next one is that from the driver.</summary>
    /// <param name="port">Number of the port.</param>
    public static int ReceiveQueue(int port) => port == 0 ? 0 : (port * 2) + 2;
}
