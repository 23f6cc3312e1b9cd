using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices.Console;

/// <summary>
/// Fills a port's receive queue: buffers stay in the ring until the host has something to say, and the host's data, but
/// for what is staged, where it is until there are buffers.
/// </summary>
internal sealed class ConsoleReceiver(ConsolePortState port, bool isAlwaysOpen) : IWaitingHandler
{
    public bool IsUnfinished => false;

    public void WaitReady(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // Before the look, so that a change after it is not lost.
            port.CanReceive.Reset();
            if (isAlwaysOpen || port.IsOpen)
            {
                if (port.StagedStart != port.StagedEnd)
                    return;
                var isConnected = port.Port.End.IsConnected;
                port.StagedStart = 0;
                port.StagedEnd = Math.Clamp(port.Port.End.Read(port.Staged), 0, port.Staged.Length);
                if (port.StagedEnd != 0)
                    return;
                if (!isConnected)
                    port.SetDrained();
            }

            WaitHandles.Wait(port.CanReceive, stopping);
        }
    }

    public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        var data = port.Staged.AsSpan(port.StagedStart, port.StagedEnd - port.StagedStart);
        var cursor = chain.Write(0, Math.Min(chain.WritableLength, (uint)data.Length));
        uint written = 0;
        while (cursor.TryNext(memory, out var piece))
        {
            data.Slice((int)written, piece.Length).CopyTo(piece);
            written += (uint)piece.Length;
        }

        port.StagedStart += (int)written;
        return written;
    }

    public void Rejected(ChainFault fault)
    {
        // The worker logs it.
    }
}
