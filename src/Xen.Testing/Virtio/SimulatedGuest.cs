using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Memory;

namespace Xen.Testing.Virtio;

/// <summary>
/// Plays a guest in a simulated domain: its drivers reach devices as a guest does, by accesses of a vCPU, and are told
/// by messages that Xen delivers. So what serves it is a whole device model, whatever process that is in.
/// </summary>
/// <remarks>One thread at a time for all drivers of a guest, since they share a vCPU.</remarks>
public sealed class SimulatedGuest
{
    private const ulong FirstAddress = 0x10000;
    private const int MostDrivers = 4;
    private const byte FirstVector = 0x30;
    private const uint FirstEntry = 0x10;
    private const uint WindowOffset = 0x10;
    private const int PciWindows = 1 << 24;

    private readonly SimulatedDomain _domain;
    private readonly SimulatedVcpu _vcpu;
    private readonly Router _router = new();
    private int _drivers;

    /// <summary>Makes a guest.</summary>
    /// <param name="domain">The domain. What listens to its messages is replaced.</param>
    /// <param name="vcpu">The vCPU that runs the drivers.</param>
    public SimulatedGuest(SimulatedDomain domain, int vcpu = 0)
    {
        ArgumentNullException.ThrowIfNull(domain);
        _domain = domain;
        _vcpu = domain.Vcpus[vcpu];
        Memory = new PlainGuestMemory(domain);
        domain.MessageListener = _router;
    }

    /// <summary>The guest's memory.</summary>
    public PlainGuestMemory Memory { get; }

    /// <summary>Makes a driver of a virtio-mmio device, and routes the device's interrupt (PVH).</summary>
    /// <param name="address">Where the registers are.</param>
    /// <param name="irq">The input of the I/O APIC.</param>
    /// <exception cref="InvalidOperationException">The guest has four drivers already.</exception>
    public GuestDriver AddMmioDriver(ulong address, int irq)
    {
        var vector = (byte)(FirstVector + _drivers);
        var line = new TestInterruptLine();
        _router.Add(vector, () =>
        {
            line.SetLevel(true);
            line.SetLevel(false);
        });
        var (start, length) = TakeMemory();
        WriteIoApic(FirstEntry + (2 * (uint)irq) + 1, 0);
        WriteIoApic(FirstEntry + (2 * (uint)irq), vector);
        return new GuestDriver(new Window(_vcpu, address, 0x200), Memory, line, start, length);
    }

    /// <summary>
    /// Makes a driver of a virtio-pci device; it uses message-signalled interrupts. One of them in a guest.
    /// </summary>
    /// <param name="place">Where the function is.</param>
    /// <exception cref="InvalidOperationException">The guest has four drivers already.</exception>
    public PciGuestDriver AddPciDriver(PciAddress place)
    {
        var host = new TestPciHost();
        host.MapBar(0, PciGuestDriver.FirstWindow, new Window(_vcpu, PciGuestDriver.FirstWindow, PciWindows));
        _router.Others = host.Messages;
        var (start, length) = TakeMemory();
        var function = new Function(_vcpu, new PciSbdf(place.Segment, place.Bus, place.Device, place.Function));
        return new PciGuestDriver(function, host, Memory, PciInterruptMode.Messages, start, length);
    }

    private void WriteIoApic(uint register, uint value)
    {
        _vcpu.Write(IoApic.DefaultAddress, sizeof(uint), register);
        _vcpu.Write(IoApic.DefaultAddress + WindowOffset, sizeof(uint), value);
    }

    private (ulong Start, ulong Length) TakeMemory()
    {
        if (_drivers == MostDrivers)
            throw new InvalidOperationException($"a simulated guest has {MostDrivers} drivers at most");
        var length = ((ulong)_domain.Memory.Length - FirstAddress) / MostDrivers & ~0xfffUL;
        return (FirstAddress + ((ulong)_drivers++ * length), length);
    }

    private static ulong Load(ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        word.Clear();
        data.CopyTo(word);
        return BinaryPrimitives.ReadUInt64LittleEndian(word);
    }

    private static void Store(Span<byte> data, ulong value)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(word, value);
        word[..data.Length].CopyTo(data);
    }

    private sealed class Router : IMsiSink
    {
        private readonly ConcurrentDictionary<byte, Action> _vectors = new();

        public TestMsiSink? Others { get; set; }

        public void Add(byte vector, Action pulse) => _vectors[vector] = pulse;

        public void Deliver(MsiMessage message)
        {
            if (_vectors.TryGetValue((byte)message.Data, out var pulse))
                pulse();
            else
                Others?.Deliver(message);
        }
    }

    private sealed class Window(SimulatedVcpu vcpu, ulong address, ulong length) : IMmioDevice
    {
        public ulong Length => length;

        public IoResult Read(ulong offset, Span<byte> data)
        {
            Store(data, vcpu.Read(address + offset, (uint)data.Length));
            return IoResult.Ok;
        }

        public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
        {
            vcpu.Write(address + offset, (uint)data.Length, Load(data));
            return IoResult.Ok;
        }
    }

    private sealed class Function(SimulatedVcpu vcpu, PciSbdf place) : IPciDevice
    {
        public void Attach(IPciHost host) => throw new NotSupportedException("it is plugged in where it is served");

        public IoResult ReadConfig(int offset, Span<byte> data)
        {
            Store(data, vcpu.ReadPci(place, (byte)offset, (uint)data.Length));
            return IoResult.Ok;
        }

        public IoResult WriteConfig(int offset, ReadOnlySpan<byte> data)
        {
            vcpu.WritePci(place, (byte)offset, (uint)data.Length, Load(data));
            return IoResult.Ok;
        }
    }
}
