using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>The thread that waits for a server's event channels and answers. It keeps the shared page alive.</summary>
internal sealed class IoreqThread(
    IEventChannels eventChannels,
    IReadOnlyDictionary<EventChannelPort, IoreqSlot> ports,
    IoRequestHandler handler,
    IForeignMapping page,
    ILogger logger,
    CancellationToken stop)
{
    private const int PortsAtOnce = 64;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;

    /// <summary>Completes when the thread has ended; with the error, if that is why.</summary>
    internal Task Completion => _completion.Task;

    internal void Start(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    internal bool Join(TimeSpan timeout) => _thread?.Join(timeout) ?? true;

    internal void UnbindPorts()
    {
        foreach (var port in ports.Keys)
        {
            try
            {
                eventChannels.Unbind(port);
            }
            catch (HypercallException error)
            {
                logger.UnbindFailed(port, error);
            }
        }
    }

    private void Run()
    {
        try
        {
            // Requests that came before the ports were bound.
            foreach (var (port, slot) in ports)
                Serve(port, slot);

            Span<EventChannelPort> pending = new EventChannelPort[PortsAtOnce];
            while (!stop.IsCancellationRequested)
            {
                var count = eventChannels.Wait(pending, Timeout.InfiniteTimeSpan, stop);
                foreach (var port in pending[..count])
                {
                    // Unmask first: a request that arrives after the look at the slot then wakes us again.
                    eventChannels.Unmask(port);
                    if (ports.TryGetValue(port, out var slot))
                        Serve(port, slot);
                }
            }

            _completion.SetResult();
        }
        catch (Exception error) // the owner learns of it by Completion and ends the server, which lets the vCPUs go on
        {
            _completion.SetException(error);
        }

        // The slots are in this mapping, which must not be collected before the thread has ended.
        GC.KeepAlive(page);
    }

    private void Serve(EventChannelPort port, IoreqSlot slot)
    {
        if (!slot.TryTake(out var request))
            return;

        slot.Complete(handler.Handle(request));
        var notified = eventChannels.Notify(port);
        if (!notified.IsSuccess)
            logger.NotifyFailed(port, XenErrno.Name(notified.Errno));
    }
}
