using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>The thread that waits for a server's event channels and answers. It keeps the shared pages alive.</summary>
internal sealed class IoreqThread(
    IEventChannels eventChannels,
    IoreqPages pages,
    IReadOnlyDictionary<EventChannelPort, DeferrableAccess> ports,
    EventChannelPort? bufferedPort,
    IoRequestHandler handler,
    Action? onServing,
    ILogger logger,
    CancellationToken stop)
{
    private const int PortsAtOnce = 64;

    // Between two looks at those who wait for an answer.
    private const int BufferedAtOnce = 64;

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

    /// <summary>Ends what devices have deferred.</summary>
    /// <param name="isAnswered">With all ones; or not at all, for another server to answer.</param>
    internal void EndDeferred(bool isAnswered)
    {
        foreach (var access in ports.Values)
            access.Close(isAnswered);
    }

    internal void UnbindPorts()
    {
        foreach (var port in ports.Keys)
            Unbind(port);
        if (bufferedPort is { } buffered)
            Unbind(buffered);
    }

    private void Unbind(EventChannelPort port)
    {
        try
        {
            eventChannels.Unbind(port);
        }
        catch (Exception error) when (error is HypercallException or ObjectDisposedException)
        {
            logger.UnbindFailed(port, error);
        }
    }

    private void Run()
    {
        try
        {
            ServeLeft();

            // Not before: a slot that the kernel looks at may seem to be one that was left.
            onServing?.Invoke();
            Span<EventChannelPort> pending = new EventChannelPort[PortsAtOnce];
            var hasMore = pages.Buffered is not null;
            while (!stop.IsCancellationRequested)
            {
                var patience = hasMore ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
                var count = eventChannels.Wait(pending, patience, stop);
                foreach (var port in pending[..count])
                {
                    // Unmask first: a request that arrives after the look at the slot then wakes us again.
                    eventChannels.Unmask(port);
                    if (ports.TryGetValue(port, out var access))
                        Serve(access);
                    else
                        hasMore |= port == bufferedPort;
                }

                if (hasMore)
                    hasMore = pages.Buffered?.Serve(handler, BufferedAtOnce) ?? false;
            }

            _completion.SetResult();
        }
        catch (Exception error) // the owner learns of it by Completion and ends the server, which lets the vCPUs go on
        {
            _completion.SetException(error);
        }

        // The slots are in these mappings, which must not be collected before the thread has ended.
        GC.KeepAlive(pages);
    }

    // Requests that came before the ports were bound, and those that a server before this one took and did not answer.
    private void ServeLeft()
    {
        foreach (var access in ports.Values)
        {
            if (access.TryTakeLeft(out var request))
                Answer(access, request);
        }
    }

    private void Serve(DeferrableAccess access)
    {
        if (access.TryTake(out var request))
            Answer(access, request);
    }

    private void Answer(DeferrableAccess access, in IoRequest request)
    {
        // What the vCPU sent by the ring comes before what it waits for: a full ring makes it wait.
        pages.Buffered?.Serve(handler, BufferedRequests.Capacity);
        if (handler.TryHandle(request, access, out var data))
            access.Answer(data);
        else
            access.Defer();
    }
}
