using System;
using System.Diagnostics;
using Xen.Sys;

namespace Xen.Privcmd.Telemetry;

/// <summary>A hypercall from its beginning to its end, for those who listen. If nobody does it is nothing.</summary>
/// <remarks>
/// Names are constants, so that counting allocates nothing; an activity, which is only made when one is sampled, does.
/// What has no name is counted as <c>other</c>: numbers of a program's choice must not make time series.
/// </remarks>
internal readonly unsafe struct ObservedHypercall
{
    private const string Other = "other";
    private const string None = "none";
    private const int DomctlDomain = 8;

    private readonly string? _hypercall;
    private readonly string _subOperation;
    private readonly long _start;
    private readonly Activity? _activity;

    private ObservedHypercall(uint hypercall, ulong? subOperation, DomainId? domain)
    {
        _hypercall = HypercallNames.Hypercall(hypercall) ?? Other;
        _subOperation = subOperation is { } number
            ? HypercallNames.SubOperation(hypercall, number) ?? Other
            : None;
        _activity = HypercallMeter.Source.StartActivity(_hypercall, ActivityKind.Client);
        if (_activity is { IsAllDataRequested: true })
        {
            _activity.SetTag(HypercallMeter.HypercallTag, _hypercall);
            _activity.SetTag(HypercallMeter.SubOperationTag, _subOperation);
            if (domain is { } id)
                _activity.SetTag(HypercallMeter.DomainTag, (int)id.Value);
        }

        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Begins, before the call: Xen may change the structures.</summary>
    /// <param name="hypercall">A <c>__HYPERVISOR_*</c> number.</param>
    /// <param name="arg1">
    /// The first argument register. Where it is a pointer, to memory of AcquireBuffer; that of dm_op is a domid.
    /// </param>
    internal static ObservedHypercall Begin(uint hypercall, ulong arg1)
    {
        if (!HypercallMeter.IsListenedTo)
            return default;

        return HypercallNames.PlaceOfSubOperation(hypercall) switch
        {
            _ when hypercall == XenAbi.__HYPERVISOR_dm_op => new ObservedHypercall(
                hypercall, null, new DomainId((ushort)arg1)),
            SubOperationPlace.FirstArgument => new ObservedHypercall(hypercall, arg1, null),
            SubOperationPlace.FirstWordOfStructure when arg1 != 0 => new ObservedHypercall(
                hypercall, FirstWord((void*)arg1), DomainOf(hypercall, arg1)),
            _ => new ObservedHypercall(hypercall, null, null),
        };
    }

    /// <summary>Begins a device model operation.</summary>
    // SAFETY: the caller passes as many descriptors as it says, each of memory as long as it says.
    internal static ObservedHypercall Begin(DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        if (!HypercallMeter.IsListenedTo)
            return default;

        var hasOperation = buffers is not null && count > 0 && !buffers->h.IsNull && buffers->size >= sizeof(uint);
        var operation = hasOperation ? FirstWord(buffers->h.Pointer) : (ulong?)null;
        return new ObservedHypercall(XenAbi.__HYPERVISOR_dm_op, operation, domain);
    }

    /// <summary>Ends, after the call.</summary>
    /// <param name="result">What Xen or the driver answered.</param>
    internal void End(HypercallResult result)
    {
        if (_hypercall is null)
            return;

        var elapsed = Stopwatch.GetElapsedTime(_start);
        var error = result.IsSuccess ? null : NameOf(result.Errno);
        HypercallMeter.Count(_hypercall, _subOperation, elapsed.TotalSeconds, error);
        if (_activity is null)
            return;
        _activity.SetTag(HypercallMeter.ResultTag, result.Value);
        if (error is not null)
        {
            _activity.SetTag(HypercallMeter.ErrorTag, error);
            _activity.SetStatus(ActivityStatusCode.Error, error);
        }

        _activity.Dispose();
    }

    private static string NameOf(int errno) => XenErrno.TryGetName(errno, out var name) ? name : Other;

    // SAFETY: by the transport's contract a pointer leads to memory of AcquireBuffer that has the operation's structure.
    private static ulong FirstWord(void* structure) => new ReadOnlySpan<uint>(structure, 1)[0];

    // SAFETY: as above; the structure of a domctl names its domain right behind its head.
    private static DomainId? DomainOf(uint hypercall, ulong structure) => hypercall == XenAbi.__HYPERVISOR_domctl
        ? new DomainId(new ReadOnlySpan<ushort>((byte*)structure + DomctlDomain, 1)[0])
        : null;
}
