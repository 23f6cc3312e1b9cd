using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Transports.Mmio;
using Xen.Virtio.Transports.Pci;

namespace Xen.Virtio.Tests.Support;

/// <summary>
/// A device behind one of the transports, and a guest that drives it; the process that serves it can die and come back.
/// </summary>
internal sealed class TransportBench : IMmioDevice, IPciDevice, IDisposable
{
    private readonly TimeSpan _stopTimeout;
    private readonly IReadOnlyList<IQueueJournal>? _journals;
    private readonly TestInterruptLine _line = new();

    public TransportBench(
        TransportKind kind, IVirtioDevice device, TimeSpan? stopTimeout = null,
        IReadOnlyList<IQueueJournal>? journals = null, PlainGuestMemory? memory = null)
    {
        Kind = kind;
        Memory = memory ?? CreateMemory();
        _stopTimeout = stopTimeout ?? TimeSpan.FromSeconds(30);
        _journals = journals;
        Open(device);
        if (kind == TransportKind.Mmio)
        {
            Guest = new GuestDriver(this, Memory, _line);
        }
        else
        {
            var pci = new PciGuestDriver(
                this, Host, Memory,
                kind == TransportKind.PciMessages ? PciInterruptMode.Messages : PciInterruptMode.Pin);
            pci.Probe();
            Guest = pci;
        }

        Driver = new BlockDriver(Guest);
    }

    public TransportKind Kind { get; }

    public PlainGuestMemory Memory { get; }

    public TestPciHost Host { get; } = new();

    public VirtioMmioTransport? Mmio { get; private set; }

    public VirtioPciTransport? Pci { get; private set; }

    /// <summary>The transport as something that is saved.</summary>
    public ISavedState Saved => (ISavedState?)Mmio ?? Pci!;

    /// <summary>What was saved at the last change.</summary>
    public byte[]? LastState { get; private set; }

    public int StateChanges { get; private set; }

    public VirtioDriver Guest { get; }

    public BlockDriver Driver { get; }

    public IDoorbellSource Doorbells => Mmio ?? (IDoorbellSource)Host.Windows[0].Window;

    public ulong Length => Mmio!.Length;

    public IoResult Read(ulong offset, Span<byte> data) => Mmio!.Read(offset, data);

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data) => Mmio!.Write(offset, data);

    public void Attach(IPciHost host) => Pci!.Attach(host);

    public IoResult ReadConfig(int offset, Span<byte> data) => Pci!.ReadConfig(offset, data);

    public IoResult WriteConfig(int offset, ReadOnlySpan<byte> data) => Pci!.WriteConfig(offset, data);

    public static PlainGuestMemory CreateMemory() =>
        new(new GuestBank(0, 12 << 20), new GuestBank(0x2_0000_0000, 4 << 20));

    /// <summary>The process dies: nothing that it was doing reaches the guest any more.</summary>
    public void Kill()
    {
        End();
        _line.SetLevel(false);
        Host.Interrupt.SetLevel(false);
        Host.Unplug();
        while (Host.Messages.TryTake(TimeSpan.Zero, out _))
        {
            // They were not taken by the guest, and are gone with the process at the worst.
        }
    }

    /// <summary>Another process takes over, with a device of its own.</summary>
    public bool TakeOver(IVirtioDevice device, ReadOnlySpan<byte> state, bool attachFirst = true)
    {
        Open(device, attach: attachFirst);
        var restored = Saved.TryRestoreState(state);
        if (!attachFirst)
            Pci?.Attach(Host);
        return restored;
    }

    /// <summary>Asserts that the device serves, on the queue as it is.</summary>
    public void AssertServes()
    {
        var data = new byte[512];
        Assert.Equal(BlockRequestStatus.Ok, Driver.Read(0, data));
    }

    /// <summary>Ends the transport.</summary>
    public void End()
    {
        Mmio?.Dispose();
        Pci?.Dispose();
    }

    public void Dispose() => End();

    private void Open(IVirtioDevice device, bool attach = true)
    {
        if (Kind == TransportKind.Mmio)
        {
            Mmio = new VirtioMmioTransport(device, Memory, _line, new VirtioMmioOptions
            {
                StopTimeout = _stopTimeout,
                Journals = _journals,
            });
        }
        else
        {
            Pci = new VirtioPciTransport(device, Memory, new VirtioPciOptions
            {
                StopTimeout = _stopTimeout,
                Journals = _journals,
            });
            if (attach)
                Pci.Attach(Host);
        }

        Saved.StateChanged += (sender, _) =>
        {
            Assert.Same(Saved, sender);
            StateChanges++;
            LastState = Saved.SaveState();
        };
    }
}
