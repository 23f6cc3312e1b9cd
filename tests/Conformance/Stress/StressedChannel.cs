using System;
using Xen.Sys;

namespace Conformance.Stress;

/// <summary>An event channel of this domain to itself, between two objects that others use as well.</summary>
internal sealed class StressedChannel : IDisposable
{
    private readonly End _near;
    private readonly End _far;

    internal StressedChannel(
        IEventChannels near, EventDispatcher nearEvents, IEventChannels far, EventDispatcher farEvents)
    {
        var port = near.BindUnbound(default);
        _near = new End(near, nearEvents, port);
        _far = new End(far, farEvents, far.BindInterdomain(default, port));
    }

    /// <summary>Sends events one by one and in bursts, both ways, and waits until the last of each is seen.</summary>
    /// <returns>How many were sent.</returns>
    internal int Exercise(Random random)
    {
        var sent = 0;
        for (var rounds = random.Next(1, 12); rounds > 0; rounds--)
        {
            var (sender, receiver) = random.Next(2) == 0 ? (_near, _far) : (_far, _near);
            var burst = random.Next(4) == 0 ? random.Next(2, 6) : 1;
            long number = 0;
            for (var i = 0; i < burst; i++)
            {
                number = receiver.Mailbox.Number();
                sender.Notify();
            }

            receiver.Mailbox.WaitUntilSeen(number);
            sent += burst;
        }

        return sent;
    }

    public void Dispose()
    {
        _far.Close();
        _near.Close();
    }

    private sealed class End
    {
        private readonly IEventChannels _channels;
        private readonly EventDispatcher _events;
        private readonly EventChannelPort _port;

        internal End(IEventChannels channels, EventDispatcher events, EventChannelPort port)
        {
            (_channels, _events, _port) = (channels, events, port);
            events.Register(port, Mailbox);
        }

        internal EventMailbox Mailbox { get; } = new();

        internal void Notify() => _channels.Notify(_port).OrThrow($"notify of port {_port}");

        // The port's number may be another thread's as soon as it is closed.
        internal void Close()
        {
            _events.Forget(_port);
            _channels.Unbind(_port);
        }
    }
}
