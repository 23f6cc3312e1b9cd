using System;
using System.Collections.Generic;
using Xen.Sys;
using Arm = Xen.Sys.Arm64.XenAbi;

namespace Xen.DeviceModel;

/// <summary>Where a guest's RAM may be: what Xen tells a device model of it.</summary>
/// <remarks>
/// These are candidates. Nobody can ask Xen which frames of another domain are RAM (XENMEM_memory_map is about the caller),
/// the guest takes frames away and puts others in, and the highest frame is one that the guest may have chosen. Which frames are
/// there, a mapping says; see <see cref="ForeignGuestMemory.MapAtOnce"/>.
/// </remarks>
public sealed class GuestRamLayout
{
    private const ulong FourGiB = (1UL << 32) >> XenPage.Shift;

    private GuestRamLayout(IReadOnlyList<GuestRamBank> banks, ulong pageCount, bool isPopulatedOnDemand)
    {
        Banks = banks;
        PageCount = pageCount;
        IsPopulatedOnDemand = isPopulatedOnDemand;
    }

    /// <summary>
    /// The banks, in the order of their addresses. x86: below the hole that toolstacks leave for devices
    /// (<c>HVM_BELOW_4G_RAM_END</c>, public/hvm/e820.h), and from 4 GiB on. Arm: <c>GUEST_RAM0</c> and <c>GUEST_RAM1</c>,
    /// public/arch-arm.h. None is longer than up to the highest frame that the guest uses; one that begins behind it is left out.
    /// </summary>
    public IReadOnlyList<GuestRamBank> Banks { get; }

    /// <summary>Pages of 4 KiB that the guest has now, in the banks and elsewhere.</summary>
    public ulong PageCount { get; }

    /// <summary>
    /// True if a part of its memory is given to it when somebody first maps or touches it (x86, <c>memory</c> below
    /// <c>maxmem</c>, until its balloon driver has started), or if that cannot be found out. Xen ends a guest of which more is
    /// reached for than it may have: nothing of it should be mapped that it has not named.
    /// </summary>
    public bool IsPopulatedOnDemand { get; }

    /// <summary>Asks Xen.</summary>
    /// <param name="transport">The way to Xen; not restricted, since a device model's operations alone do not tell.</param>
    /// <param name="domain">The guest's domain.</param>
    /// <param name="kind">What the guest is.</param>
    /// <exception cref="HypercallException">ESRCH: there is no such domain. EPERM: not privileged over it.</exception>
    public static GuestRamLayout Discover(IHypercallTransport transport, DomainId domain, GuestKind kind)
    {
        ArgumentNullException.ThrowIfNull(transport);
        MemoryOp.MaximumGfn(transport, domain, out var highest).OrThrow("memory_op maximum_gpfn", domain);
        MemoryOp.CurrentReservation(transport, domain, out var pages).OrThrow("memory_op current_reservation", domain);
        if (kind == GuestKind.Arm)
            return new GuestRamLayout(ArmBanks(highest), pages, isPopulatedOnDemand: false);
        var isKnown = MemoryOp.GetPodTarget(transport, domain, out var pod).IsSuccess;
        return new GuestRamLayout(X86Banks(highest), pages, isPopulatedOnDemand: !isKnown || pod.Entries != 0);
    }

    private static List<GuestRamBank> X86Banks(GuestFrameNumber highest) => Cut(
        highest,
        (0UL, (ulong)XenAbi.HVM_BELOW_4G_RAM_END >> XenPage.Shift),
        (FourGiB, ForeignGuestMemory.FrameLimit - FourGiB));

    private static List<GuestRamBank> ArmBanks(GuestFrameNumber highest) => Cut(
        highest,
        (Arm.GUEST_RAM0_BASE >> XenPage.Shift, Arm.GUEST_RAM0_SIZE >> XenPage.Shift),
        (Arm.GUEST_RAM1_BASE >> XenPage.Shift, Arm.GUEST_RAM1_SIZE >> XenPage.Shift));

    private static List<GuestRamBank> Cut(GuestFrameNumber highest, params ReadOnlySpan<(ulong First, ulong Count)> banks)
    {
        var list = new List<GuestRamBank>(banks.Length);
        foreach (var (first, count) in banks)
        {
            // One less than the count, so that the largest number there is does not wrap round.
            if (first <= highest.Value)
                list.Add(new GuestRamBank(new GuestFrameNumber(first), Math.Min(count - 1, highest.Value - first) + 1));
        }

        return list;
    }
}
