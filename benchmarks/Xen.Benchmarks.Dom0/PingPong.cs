using System;
using System.Threading;
using Xen.Privcmd;
using Xen.Sys;

namespace Xen.Benchmarks.Dom0;

/// <summary>Two threads of this domain, each waiting for the other's event.</summary>
internal static class PingPong
{
    internal static Turn Run(int repetitions)
    {
        using var here = LinuxEventChannels.Open();
        using var there = LinuxEventChannels.Open();
        var port = here.BindUnbound(default);
        var remote = there.BindInterdomain(default, port);

        // A port is pending when it has just been bound.
        Take(there);
        var answers = new Thread(() => Answer(there, remote, repetitions)) { IsBackground = true };
        answers.Start();
        var turn = Timed.Run(repetitions, () =>
        {
            here.Notify(port).OrThrow("evtchn NOTIFY");
            Take(here);
        });
        answers.Join();
        return turn;
    }

    private static void Answer(LinuxEventChannels channels, EventChannelPort port, int repetitions)
    {
        for (var i = 0; i < repetitions; i++)
        {
            Take(channels);
            channels.Notify(port).OrThrow("evtchn NOTIFY");
        }
    }

    private static void Take(LinuxEventChannels channels)
    {
        Span<EventChannelPort> pending = stackalloc EventChannelPort[1];
        if (channels.Wait(pending, Timeout.InfiniteTimeSpan, CancellationToken.None) != 1)
            throw new InvalidOperationException("no event came");
        channels.Unmask(pending[0]);
    }
}
