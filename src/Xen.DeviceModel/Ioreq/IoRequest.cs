using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A private copy of one request, so that what was checked is what is carried out.</summary>
/// <remarks>C origin: <c>struct ioreq</c>, public/hvm/ioreq.h.</remarks>
public readonly record struct IoRequest
{
    /// <summary>Takes a request apart.</summary>
    /// <param name="request">The copy of the shared structure.</param>
    public IoRequest(in ioreq request)
    {
        Kind = (IoreqKind)request.type;
        Address = request.addr;
        Data = request.data;
        Count = request.count;
        Size = request.size;
        IsRead = request.dir == XenAbi.IOREQ_READ;
        IsIndirect = request.data_is_ptr != 0;
        IsDescending = request.df != 0;
    }

    /// <summary>What it is about. Any value: Xen may have kinds that this SDK does not know.</summary>
    public IoreqKind Kind { get; init; }

    /// <summary>Guest physical address or port number of the first element.</summary>
    public ulong Address { get; init; }

    /// <summary>The value written; or, if <see cref="IsIndirect"/>, the guest physical address of the values.</summary>
    public ulong Data { get; init; }

    /// <summary>Number of elements: more than one for a string instruction.</summary>
    public uint Count { get; init; }

    /// <summary>Bytes in an element.</summary>
    public uint Size { get; init; }

    /// <summary>True if the guest reads from the device.</summary>
    public bool IsRead { get; init; }

    /// <summary>True if the values are in guest memory (<c>data_is_ptr</c>).</summary>
    public bool IsIndirect { get; init; }

    /// <summary>True if addresses go down from element to element (<c>df</c>, the direction flag).</summary>
    public bool IsDescending { get; init; }
}
