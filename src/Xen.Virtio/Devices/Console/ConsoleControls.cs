using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Console;

namespace Xen.Virtio.Devices.Console;

/// <summary>The control queues of a device with several ports, virtio 1.3 §5.3.6.2.</summary>
#pragma warning disable CA1001 // the events hold no handle as used here
internal sealed class ConsoleControls(IReadOnlyList<ConsolePortState> ports, Action changed)
#pragma warning restore CA1001
{
    private readonly ManualResetEventSlim _told = new();

    /// <summary>Whether the driver has said that it is ready.</summary>
    public bool IsReady { get; set; }

    /// <summary>There may be something to tell.</summary>
    public void Tell() => _told.Set();

    public IWaitingHandler CreateReceiver() => new Receiver(ports, _told);

    public IChainHandler CreateTransmitter() => new Transmitter(this, ports, changed);

    // To the driver.
    private sealed class Receiver(IReadOnlyList<ConsolePortState> ports, ManualResetEventSlim told) : IWaitingHandler
    {
        private readonly byte[] _message =
            new byte[ConsoleControl.Size + Math.Max(ConsolePortState.MaxNameLength, 2 * sizeof(ushort))];

        public bool IsUnfinished => false;

        public void WaitReady(CancellationToken stopping)
        {
            while (!stopping.IsCancellationRequested)
            {
                // Before the look, so that what is told after it is not lost.
                told.Reset();
                foreach (var port in ports)
                {
                    if (port.HasMessage)
                        return;
                }

                WaitHandles.Wait(told, stopping);
            }
        }

        // A buffer that is too short for a message loses it.
        public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
        {
            foreach (var port in ports)
            {
                var length = port.TakeMessage(_message);
                if (length != 0)
                    return chain.TryCopyTo(memory, 0, _message.AsSpan(0, length)) ? (uint)length : 0;
            }

            return 0;
        }

        public void Rejected(ChainFault fault)
        {
            // The worker logs it.
        }
    }

    // From the driver. What makes no sense is passed over.
    private sealed class Transmitter(
        ConsoleControls controls, IReadOnlyList<ConsolePortState> ports, Action changed) : IChainHandler
    {
        public bool NeverWaits => true;

        public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
        {
            Span<byte> bytes = stackalloc byte[ConsoleControl.Size];
            if (chain.TryCopyFrom(memory, 0, bytes))
            {
                Take(ConsoleControl.Parse(bytes));
                controls.Tell();
                changed();
            }

            return 0;
        }

        public void Rejected(ChainFault fault)
        {
            // The worker logs it.
        }

        private void Take(ConsoleControl message)
        {
            if (message.Event == ConsoleEvent.DeviceReady && message.Value == 1)
            {
                controls.IsReady = true;
                foreach (var port in ports)
                    port.Add();
            }

            if (message.Port >= (uint)ports.Count || !controls.IsReady)
                return;
            if (message.Event == ConsoleEvent.PortReady && message.Value == 1)
                ports[(int)message.Port].SetReady();
            else if (message.Event == ConsoleEvent.PortOpen)
                ports[(int)message.Port].SetOpen(message.Value != 0);
        }
    }
}
