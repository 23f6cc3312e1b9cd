using System;
using System.Diagnostics.Metrics;
using System.Threading;

namespace Xen.Privcmd.Tests.Support;

/// <summary>What a counter has counted since, by this thread and what it awaits: tests run beside each other.</summary>
internal sealed class CounterReading : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly AsyncLocal<bool> _mine = new() { Value = true };
    private long _sum;

    internal CounterReading(string instrument)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Name == "Xen.Privcmd" && published.Name == instrument)
                listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, _, _) =>
        {
            if (_mine.Value)
                Interlocked.Add(ref _sum, measurement);
        });
        _listener.Start();
    }

    internal long Sum => Interlocked.Read(ref _sum);

    public void Dispose() => _listener.Dispose();
}
