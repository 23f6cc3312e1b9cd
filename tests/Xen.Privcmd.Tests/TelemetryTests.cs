using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>Hypercalls are counted and traced for those who listen, and cost nothing for those who do not.</summary>
[Collection(nameof(TelemetryTests))]
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
public sealed unsafe class TelemetryTests
{
    private const string Name = "Xen.Privcmd";
    private const int Calls = 1000;

    [Fact]
    public void Calls_and_errors_are_counted_by_hypercall_and_operation()
    {
        using var heard = new Heard();
        using var xen = Open();
        XenVersionOp.GetVersion(xen, out _);
        XenVersionOp.GetVersion(xen, out _);
        MemoryOp.MaximumRamPage(xen, out _);
        DomctlInterface.Probe(xen, out _);
        DmOp.GetVcpuCount(xen, new DomainId(7), out _);
        xen.Invoke(63);
        xen.Invoke(XenAbi.__HYPERVISOR_domctl, 0);

        Assert.Equal(2, heard.Count("xen.hypercalls", "xen_version", "version"));
        Assert.Equal(1, heard.Count("xen.hypercalls", "memory_op", "maximum_ram_page"));
        Assert.Equal(1, heard.Count("xen.hypercall.errors", "memory_op", "maximum_ram_page", "ENOSYS"));
        Assert.Equal(2, heard.Count("xen.hypercalls", "domctl", "getdomaininfo"));
        Assert.Equal(1, heard.Count("xen.hypercall.errors", "domctl", "getdomaininfo", "EACCES"));
        Assert.Equal(1, heard.Count("xen.hypercalls", "dm_op", "nr_vcpus"));
        Assert.Equal(1, heard.Count("xen.hypercalls", "other", "none"));
        Assert.Equal(1, heard.Count("xen.hypercalls", "domctl", "none"));
        Assert.Equal(2, heard.Count("xen.hypercall.duration", "xen_version", "version"));
        Assert.Equal(0, heard.Count("xen.hypercall.errors", "xen_version", "version", "ENOSYS"));
    }

    [Fact]
    public void Activities_have_the_operation_the_domain_and_the_result()
    {
        var seen = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = seen.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var xen = Open();
        DmOp.GetVcpuCount(xen, new DomainId(7), out _);
        MemoryOp.MaximumRamPage(xen, out _);
        Assert.Equal(["dm_op", "memory_op"], seen.Select(activity => activity.OperationName));
        Assert.Equal("nr_vcpus", seen[0].GetTagItem("xen.subop"));
        Assert.Equal(7, seen[0].GetTagItem("xen.domid"));
        Assert.Equal(0L, seen[0].GetTagItem("xen.result"));
        Assert.Equal((long)-XenAbi.XEN_ENOSYS, seen[1].GetTagItem("xen.result"));
        Assert.Equal((ActivityStatusCode.Error, "ENOSYS"), (seen[1].Status, seen[1].StatusDescription));
    }

    [Fact]
    public void Nothing_is_allocated_when_nobody_listens()
    {
        using var xen = Open();
        Assert.Equal(0, AllocatedBy(xen));
    }

    [Fact]
    public void Nothing_is_allocated_when_somebody_counts()
    {
        var count = 0L;
        using var listener = new MeterListener { InstrumentPublished = Enable };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref count, value));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        listener.Start();
        using var xen = Open();
        Assert.Equal(0, AllocatedBy(xen));
        Assert.True(count >= 3 * Calls, $"only {count} measurements");
    }

    [Fact]
    public void Operation_without_buffers_is_counted_without_looking_for_one()
    {
        using var heard = new Heard();
        using var xen = Open();
        xen.DeviceModelOp(new DomainId(7), null, 0);
        var empty = default(xen_dm_op_buf);
        xen.DeviceModelOp(new DomainId(7), &empty, 1);
        Assert.Equal(2, heard.Count("xen.hypercalls", "dm_op", "none"));
    }

    [Fact]
    public void Device_model_operation_by_its_number_has_a_domain_where_others_have_a_pointer()
    {
        using var heard = new Heard();
        using var xen = Open();
        var result = xen.Invoke(XenAbi.__HYPERVISOR_dm_op, 7, 0, 0);
        Assert.Equal(XenAbi.XEN_ENOSYS, result.Errno);
        Assert.Equal(1, heard.Count("xen.hypercalls", "dm_op", "none"));
    }

    private static long AllocatedBy(PrivcmdTransport xen) => Allocation.Least(() =>
    {
        for (var i = 0; i < Calls; i++)
        {
            XenVersionOp.GetVersion(xen, out _);
            MemoryOp.MaximumRamPage(xen, out _);
            DmOp.GetVcpuCount(xen, new DomainId(7), out _);
        }
    });

    private static PrivcmdTransport Open() => PrivcmdTransport.Open(HostScript.ControlDomain());

    private static void Enable(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == Name && instrument.Name.StartsWith("xen.hypercall", StringComparison.Ordinal))
            listener.EnableMeasurementEvents(instrument);
    }

    /// <summary>What a listener has heard, by instrument and tags.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly Dictionary<string, long> _counts = [];
        private readonly MeterListener _listener = new() { InstrumentPublished = Enable };

        internal Heard()
        {
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
            _listener.Start();
        }

        public void Dispose() => _listener.Dispose();

        internal long Count(string instrument, params string[] tags)
        {
            lock (_counts)
                return _counts.GetValueOrDefault($"{instrument} {string.Join(' ', tags)}");
        }

        private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}";
            lock (_counts)
                _counts[key] = _counts.GetValueOrDefault(key) + value;
        }
    }
}
