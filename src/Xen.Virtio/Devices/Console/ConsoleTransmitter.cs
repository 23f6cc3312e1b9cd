using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices.Console;

/// <summary>
/// Empties a port's transmit queue into the host's end, which may take a chain in several steps. A chain is given back
/// when all
/// of it has been taken: so the guest waits for a slow end.
/// </summary>
internal sealed class ConsoleTransmitter(ConsolePortState port) : IWaitingHandler
{
    private uint _taken;

    public bool IsUnfinished { get; private set; }

    public void WaitReady(CancellationToken stopping)
    {
        if (IsUnfinished)
            WaitHandles.Wait(port.CanTransmit, stopping);
    }

    public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        // Before the attempt, so that a change after it is not lost.
        port.CanTransmit.Reset();
        IsUnfinished = false;
        var cursor = chain.Read(_taken, chain.ReadableLength - _taken);
        while (!stopping.IsCancellationRequested && cursor.TryNext(memory, out var piece))
        {
            var count = port.Write(piece);
            _taken += (uint)count;
            if (count < piece.Length)
            {
                IsUnfinished = true;
                return 0;
            }
        }

        // Stopped between two pieces: the rest is not done.
        if (stopping.IsCancellationRequested && _taken < chain.ReadableLength)
        {
            IsUnfinished = true;
            return 0;
        }

        _taken = 0;
        return 0;
    }

    public void Rejected(ChainFault fault)
    {
        // The worker logs it.
    }
}
