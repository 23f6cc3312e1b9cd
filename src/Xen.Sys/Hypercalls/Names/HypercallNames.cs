using System;
using System.Globalization;

namespace Xen.Sys;

/// <summary>Names of hypercalls and of their sub-operations, as Xen's headers have them, from the numbers and back.</summary>
/// <remarks>
/// A name is that of the constant without its prefix: <c>XENMEM_acquire_resource</c> is <c>memory_op acquire_resource</c>.
/// Sub-operations are named for the hypercalls that this SDK wraps. Looking up allocates nothing.
/// </remarks>
public static partial class HypercallNames
{
    // Sub-operations are numbered from 0 without large gaps, but for some of domctl.
    private const ulong DenseNumbers = 256;
    private const ulong FirstSparseNumber = 1000;
    private const ulong LastSparseNumber = 1003;
    private const uint LastHypercall = 63;

    /// <summary>The name of a hypercall.</summary>
    /// <param name="hypercall">A <c>__HYPERVISOR_*</c> number, public/xen.h.</param>
    /// <returns><c>memory_op</c>, for instance; null for a number without a name.</returns>
    public static string? Hypercall(uint hypercall) => HypercallName(hypercall);

    /// <summary>The name of a sub-operation.</summary>
    /// <param name="hypercall">A <c>__HYPERVISOR_*</c> number.</param>
    /// <param name="subOperation">Its number within the hypercall.</param>
    /// <returns><c>acquire_resource</c>, for instance; null for a number without a name.</returns>
    public static string? SubOperation(uint hypercall, ulong subOperation) => hypercall switch
    {
        XenAbi.__HYPERVISOR_memory_op => MemoryOperation(subOperation),
        XenAbi.__HYPERVISOR_xen_version => VersionOperation(subOperation),
        XenAbi.__HYPERVISOR_console_io => ConsoleOperation(subOperation),
        XenAbi.__HYPERVISOR_grant_table_op => GrantTableOperation(subOperation),
        XenAbi.__HYPERVISOR_vcpu_op => VcpuOperation(subOperation),
        XenAbi.__HYPERVISOR_sched_op => SchedulerOperation(subOperation),
        XenAbi.__HYPERVISOR_event_channel_op => EventChannelOperation(subOperation),
        XenAbi.__HYPERVISOR_physdev_op => PhysicalDeviceOperation(subOperation),
        XenAbi.__HYPERVISOR_hvm_op => HvmOperation(subOperation),
        XenAbi.__HYPERVISOR_sysctl => SystemControl(subOperation),
        XenAbi.__HYPERVISOR_domctl => DomainControl(subOperation),
        XenAbi.__HYPERVISOR_dm_op => DeviceModelOperation(subOperation),
        _ => null,
    };

    /// <summary>Where a hypercall has the number of its sub-operation.</summary>
    /// <param name="hypercall">A <c>__HYPERVISOR_*</c> number.</param>
    public static SubOperationPlace PlaceOfSubOperation(uint hypercall) => hypercall switch
    {
        XenAbi.__HYPERVISOR_domctl or XenAbi.__HYPERVISOR_sysctl or XenAbi.__HYPERVISOR_dm_op =>
            SubOperationPlace.FirstWordOfStructure,
        _ => Prefix(hypercall).IsEmpty ? SubOperationPlace.None : SubOperationPlace.FirstArgument,
    };

    /// <summary>A hypercall in words, in a new string.</summary>
    /// <param name="hypercall">A <c>__HYPERVISOR_*</c> number.</param>
    /// <param name="subOperation">The number within the hypercall; null for none.</param>
    /// <returns>
    /// <c>memory_op acquire_resource</c>; with numbers where there is no name: <c>memory_op 99</c>, <c>hypercall 63</c>.
    /// </returns>
    public static string Describe(uint hypercall, ulong? subOperation)
    {
        var name = Hypercall(hypercall) ?? "hypercall " + hypercall.ToString(CultureInfo.InvariantCulture);
        return subOperation is { } number
            ? $"{name} {SubOperation(hypercall, number) ?? number.ToString(CultureInfo.InvariantCulture)}"
            : name;
    }

    /// <summary>The numbers of an operation given in words.</summary>
    /// <param name="operation">
    /// The hypercall, and the sub-operation behind a blank: <c>dm_op create_ioreq_server</c>. More words may follow. Or C's
    /// constant: <c>XENMEM_acquire_resource</c>.
    /// </param>
    /// <param name="hypercall">A <c>__HYPERVISOR_*</c> number.</param>
    /// <param name="subOperation">Its number within the hypercall; null if the words name none.</param>
    /// <returns>False if the first word is neither.</returns>
    public static bool TryFind(ReadOnlySpan<char> operation, out uint hypercall, out ulong? subOperation)
    {
        var first = TakeWord(ref operation);
        for (hypercall = 0; !first.IsEmpty && hypercall <= LastHypercall; hypercall++)
        {
            var prefix = Prefix(hypercall);
            if (first.SequenceEqual(Hypercall(hypercall)))
            {
                subOperation = FindSubOperation(hypercall, TakeWord(ref operation));
                return true;
            }

            if (!prefix.IsEmpty && first.StartsWith(prefix, StringComparison.Ordinal)
                && FindSubOperation(hypercall, first[prefix.Length..]) is { } found)
            {
                subOperation = found;
                return true;
            }
        }

        hypercall = 0;
        subOperation = null;
        return false;
    }

    private static ulong? FindSubOperation(uint hypercall, ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
            return null;
        for (ulong number = 0; number <= LastSparseNumber; number++)
        {
            if (number == DenseNumbers)
                number = FirstSparseNumber;
            if (name.SequenceEqual(SubOperation(hypercall, number)))
                return number;
        }

        return null;
    }

    private static ReadOnlySpan<char> TakeWord(scoped ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart(' ');
        var end = text.IndexOf(' ');
        var word = end < 0 ? text : text[..end];
        text = text[word.Length..];
        return word;
    }

    // Of the constants, in C.
    private static ReadOnlySpan<char> Prefix(uint hypercall) => hypercall switch
    {
        XenAbi.__HYPERVISOR_memory_op => "XENMEM_",
        XenAbi.__HYPERVISOR_xen_version => "XENVER_",
        XenAbi.__HYPERVISOR_console_io => "CONSOLEIO_",
        XenAbi.__HYPERVISOR_grant_table_op => "GNTTABOP_",
        XenAbi.__HYPERVISOR_vcpu_op => "VCPUOP_",
        XenAbi.__HYPERVISOR_sched_op => "SCHEDOP_",
        XenAbi.__HYPERVISOR_event_channel_op => "EVTCHNOP_",
        XenAbi.__HYPERVISOR_physdev_op => "PHYSDEVOP_",
        XenAbi.__HYPERVISOR_hvm_op => "HVMOP_",
        XenAbi.__HYPERVISOR_sysctl => "XEN_SYSCTL_",
        XenAbi.__HYPERVISOR_domctl => "XEN_DOMCTL_",
        XenAbi.__HYPERVISOR_dm_op => "XEN_DMOP_",
        _ => default,
    };
}
