using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Conformance.Stress;
using Xen.Privcmd;

namespace Conformance;

/// <content>Many threads on the same event channels.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public async Task No_event_is_lost_while_8_threads_bind_notify_and_unbind()
    {
        const int Threads = 8;
        var traces = Traces.Take(_xen);
        var start = Stopwatch.GetTimestamp();
        long events = 0;
        long bindings = 0;
        var losses = new ConcurrentQueue<string>();
        using (var near = LinuxEventChannels.Open(_xen.Kernel))
        using (var far = LinuxEventChannels.Open(_xen.Kernel))
        using (var nearEvents = new EventDispatcher(near))
        using (var farEvents = new EventDispatcher(far))
        {
            var workers = new Task[Threads];
            for (var i = 0; i < Threads; i++)
            {
                var random = new Random(i);
                workers[i] = Task.Factory.StartNew(() => Work(random), TaskCreationOptions.LongRunning);
            }

            await Task.WhenAll(workers);
            nearEvents.Stop();
            farEvents.Stop();

            void Work(Random random)
            {
                while (Stopwatch.GetElapsedTime(start) < _xen.StressTime)
                {
                    using var channel = new StressedChannel(near, nearEvents, far, farEvents);
                    Interlocked.Increment(ref bindings);
                    try
                    {
                        Interlocked.Add(ref events, channel.Exercise(random));
                    }
                    catch (LostEventException loss)
                    {
                        losses.Enqueue(loss.Message);
                    }
                }
            }
        }

        Assert.Equal(traces, Traces.Take(_xen));
        Assert.True(bindings >= Threads && events > bindings);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{bindings} channels, {events} events, {losses.Count} lost: {string.Join(", ", losses)}");
        Assert.True(losses.Count <= _xen.TolerableLosses, string.Join('\n', losses));
    }
}
