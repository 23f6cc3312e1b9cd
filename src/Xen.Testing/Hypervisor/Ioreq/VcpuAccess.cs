using Xen.DeviceModel;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>What a guest's instruction does that a device model has to answer.</summary>
public readonly record struct VcpuAccess
{
    private VcpuAccess(IoreqKind kind, ulong address, uint size, bool isWrite, ulong value, uint count = 1)
    {
        Kind = kind;
        Address = address;
        Size = size;
        IsWrite = isWrite;
        Value = value;
        Count = count;
    }

    /// <summary>What it is about. A guest reaches PCI configuration space through ports.</summary>
    public IoreqKind Kind { get; private init; }

    /// <summary>Guest physical address or port number of the first element.</summary>
    public ulong Address { get; private init; }

    /// <summary>Bytes in an element.</summary>
    public uint Size { get; private init; }

    /// <summary>True if the guest writes to the device.</summary>
    public bool IsWrite { get; private init; }

    /// <summary>What it writes; or, if <see cref="IsIndirect"/>, the guest physical address of the values.</summary>
    public ulong Value { get; private init; }

    /// <summary>Number of elements: more than one for a string instruction.</summary>
    public uint Count { get; private init; }

    /// <summary>True if the values are in guest memory.</summary>
    public bool IsIndirect { get; private init; }

    /// <summary>True if addresses go down from element to element: the direction flag is set.</summary>
    public bool IsDescending { get; private init; }

    /// <summary>True if nobody waits for the answer, so that it may go through the ring of buffered requests.</summary>
    public bool IsBuffered { get; private init; }

    /// <summary>A request as it is, whatever its shape; null for those that a guest's instruction makes.</summary>
    internal ioreq? Raw { get; private init; }

    /// <summary>A load.</summary>
    /// <param name="address">Guest physical address.</param>
    /// <param name="size">1, 2, 4 or 8 bytes.</param>
    public static VcpuAccess Read(ulong address, uint size) => new(IoreqKind.Mmio, address, size, false, 0);

    /// <summary>A store.</summary>
    /// <param name="address">Guest physical address.</param>
    /// <param name="size">1, 2, 4 or 8 bytes.</param>
    /// <param name="value">The value, of which as many bytes count.</param>
    public static VcpuAccess Write(ulong address, uint size, ulong value) =>
        new(IoreqKind.Mmio, address, size, true, value);

    /// <summary>A store that nobody waits for, as Xen has them for the memory of a VGA card.</summary>
    /// <param name="address">Guest physical address.</param>
    /// <param name="size">1, 2, 4 or 8 bytes.</param>
    /// <param name="value">The value, of which as many bytes count.</param>
    public static VcpuAccess WriteBuffered(ulong address, uint size, ulong value) =>
        Write(address, size, value) with { IsBuffered = true };

    /// <summary>The instruction IN.</summary>
    /// <param name="port">The port.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    public static VcpuAccess ReadPort(ushort port, uint size) => new(IoreqKind.PortIo, port, size, false, 0);

    /// <summary>The instruction OUT.</summary>
    /// <param name="port">The port.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <param name="value">The value, of which as many bytes count.</param>
    public static VcpuAccess WritePort(ushort port, uint size, ulong value) =>
        new(IoreqKind.PortIo, port, size, true, value);

    /// <summary>REP MOVS from a device to memory, or REP INS.</summary>
    /// <param name="kind">Memory addresses or ports.</param>
    /// <param name="address">Of the first element.</param>
    /// <param name="size">Bytes in an element.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="memory">Guest physical address where the values go.</param>
    /// <param name="isDescending">Addresses go down: the direction flag is set.</param>
    public static VcpuAccess ReadString(
        IoreqKind kind, ulong address, uint size, uint count, ulong memory, bool isDescending = false) =>
        new(kind, address, size, false, memory, count) { IsIndirect = true, IsDescending = isDescending };

    /// <summary>REP MOVS from memory to a device, or REP OUTS.</summary>
    /// <param name="kind">Memory addresses or ports.</param>
    /// <param name="address">Of the first element.</param>
    /// <param name="size">Bytes in an element.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="memory">Guest physical address where the values are.</param>
    /// <param name="isDescending">Addresses go down: the direction flag is set.</param>
    public static VcpuAccess WriteString(
        IoreqKind kind, ulong address, uint size, uint count, ulong memory, bool isDescending = false) =>
        new(kind, address, size, true, memory, count) { IsIndirect = true, IsDescending = isDescending };

    /// <summary>REP STOS to a device: one value, to several addresses.</summary>
    /// <param name="address">Guest physical address of the first element.</param>
    /// <param name="size">Bytes in an element.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="value">The value.</param>
    /// <param name="isDescending">Addresses go down: the direction flag is set.</param>
    public static VcpuAccess Fill(ulong address, uint size, uint count, ulong value, bool isDescending = false) =>
        new(IoreqKind.Mmio, address, size, true, value, count) { IsDescending = isDescending };

    /// <summary>The guest sets its clock: servers with a ring hear of it.</summary>
    /// <param name="seconds">How far from the host's clock.</param>
    public static VcpuAccess SetClock(long seconds) =>
        new(IoreqKind.TimeOffset, 0, sizeof(long), true, (ulong)seconds) { IsBuffered = true };

    /// <summary>The guest gave memory back: every server is to drop its mappings, and the guest waits until they have.</summary>
    public static VcpuAccess Invalidate() => new(IoreqKind.Invalidate, 0, 4, true, ulong.MaxValue, count: 0);

    /// <summary>A request of any shape, to the server that claims its address, or to the newest one.</summary>
    /// <param name="request">The request; state and port are filled in by Xen.</param>
    public static VcpuAccess Of(ioreq request) =>
        new((IoreqKind)request.type, request.addr, request.size, request.dir == 0, request.data, request.count)
        {
            Raw = request,
        };

    private bool HasShortValue =>
        Kind is IoreqKind.Mmio or IoreqKind.PortIo && IsWrite && !IsIndirect && Size < sizeof(ulong);

    /// <summary>One request of it, as Xen makes them.</summary>
    internal ioreq ToRequest() => Raw ?? new ioreq
    {
        addr = Address,
        size = Size,
        count = Count,
        data = HasShortValue ? Value & ((1UL << (int)(Size * 8)) - 1) : Value,
        data_is_ptr = (byte)(IsIndirect ? 1 : 0),
        dir = (byte)(IsWrite ? XenAbi.IOREQ_WRITE : XenAbi.IOREQ_READ),
        df = (byte)(IsDescending ? 1 : 0),
        type = (byte)Kind,
    };
}
