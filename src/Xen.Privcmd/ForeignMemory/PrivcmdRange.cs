using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Address space of one privcmd mapping, whatever is in it. The kernel refuses to split it.</summary>
/// <param name="Address">Where it starts.</param>
/// <param name="Length">Whole host pages.</param>
/// <param name="IsPlaced">It lies in a reservation of its user's, and becomes one again.</param>
internal readonly record struct PrivcmdRange(nint Address, nuint Length, bool IsPlaced)
{
    private const int Reservation = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;

    /// <summary>Takes address space for privcmd to populate: anywhere, or in a reservation.</summary>
    internal static HypercallResult TryMap(
        IKernel kernel, SafeHandle privcmd, nint place, nuint length, ForeignAccess access, out PrivcmdRange range)
    {
        var flags = Libc.MAP_SHARED | (place == 0 ? 0 : Libc.MAP_FIXED);
        var result = kernel.Map(place, length, MapBatch.Protection(access), flags, privcmd, 0, out var address);
        range = result.IsSuccess ? new PrivcmdRange(address, length, IsPlaced: place != 0) : default;
        return result;
    }

    /// <summary>Reserves address space in which nothing may be touched.</summary>
    internal static HypercallResult TryReserve(IKernel kernel, nuint length, out nint address) =>
        kernel.Map(0, length, Libc.PROT_NONE, Reservation, null, 0, out address);

    /// <summary>Gives the address space back, or makes it a reservation again in one step, so that nobody gets between.</summary>
    /// <returns>False if the kernel refused, which is logged: what is there stays mapped.</returns>
    internal bool Release(IKernel kernel, ILogger logger)
    {
        // SAFETY: whoever took this range releases it once, and nobody uses it any more.
        var result = IsPlaced
            ? kernel.Map(Address, Length, Libc.PROT_NONE, Reservation | Libc.MAP_FIXED, null, 0, out _)
            : kernel.Unmap(Address, Length);
        return result.IsUnmapped(logger, Address, Length);
    }
}
