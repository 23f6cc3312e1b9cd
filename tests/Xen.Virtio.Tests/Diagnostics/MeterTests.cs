using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Diagnostics;

/// <summary>The meter counts for the whole process, so nothing else runs meanwhile.</summary>
[Collection(nameof(MeterTests))]
[CollectionDefinition(nameof(MeterTests), DisableParallelization = true)]
public sealed class MeterTests
{
    [Fact]
    public void Requests_are_measured_by_the_meter()
    {
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == VirtioMeter.Name)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Count(instrument, 1, tags));
        listener.Start();

        using var bench = new BlockBench();
        bench.Driver.Start();
        bench.AssertServes();
        bench.AssertServes();
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Write(ulong.MaxValue, new byte[512]));
        bench.Driver.SplitQueue.WriteDescriptor(200, new Descriptor(0, 0, DescriptorFlags.Indirect, 0));
        bench.Driver.SplitQueue.MakeAvailable(200);
        bench.Guest.Notify(0);
        bench.Guest.WaitUsed(bench.Driver.Queue);

        Assert.Equal(
            new Dictionary<string, long>
            {
                ["xen.virtio.requests block in ok"] = 2,
                ["xen.virtio.requests block out ioerr"] = 1,
                ["xen.virtio.request.duration block in"] = 2,
                ["xen.virtio.request.duration block out"] = 1,
                ["xen.virtio.queue.malformed block IndirectLength"] = 1,
            },
            new Dictionary<string, long>(counts));

        void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = instrument.Name;
            foreach (var tag in tags)
                key += $" {tag.Value}";
            counts.AddOrUpdate(key, value, (_, sum) => sum + value);
        }
    }
}
