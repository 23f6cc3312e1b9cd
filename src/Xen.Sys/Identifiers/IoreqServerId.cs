using System.Globalization;

namespace Xen.Sys;

/// <summary>The number of an IOREQ server within its domain. C origin: <c>ioservid_t</c>, public/hvm/dm_op.h.</summary>
/// <param name="Value">Given out by <c>XEN_DMOP_create_ioreq_server</c>.</param>
public readonly record struct IoreqServerId(ushort Value)
{
    /// <summary>The number, in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
