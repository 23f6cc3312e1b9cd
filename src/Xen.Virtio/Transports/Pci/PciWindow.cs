using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Virtio.Spec;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Transports.Pci;

/// <summary>The window with the registers, ISR status, the device's configuration space and the doorbells.</summary>
internal sealed class PciWindow : IDeferringDevice, IDoorbellSource
{
    private readonly PciCommonRegisters _registers;
    private readonly PciInterrupts _interrupts;
    private readonly TransportCore _core;

    public PciWindow(TransportCore core, PciInterrupts interrupts)
    {
        _core = core;
        _interrupts = interrupts;
        _registers = new PciCommonRegisters(core, interrupts);
        var doorbells = new DoorbellRegister[core.Queues.Length];
        for (var i = 0; i < doorbells.Length; i++)
        {
            doorbells[i] = new DoorbellRegister(
                PciFunctionLayout.NotifyOffset + ((ulong)i * PciFunctionLayout.NotifyMultiplier), sizeof(ushort),
                (ulong)i, core.Queues[i]);
        }

        Doorbells = doorbells;
    }

    public ulong Length => PciFunctionLayout.WindowLength;

    public IReadOnlyList<DoorbellRegister> Doorbells { get; }

    public IoResult Read(ulong offset, Span<byte> data) => offset switch
    {
        < PciFunctionLayout.IsrOffset => _registers.Read(offset, data),
        < PciFunctionLayout.DeviceOffset => ReadIsr(offset, data),
        < PciFunctionLayout.NotifyOffset => _core.ReadConfig((uint)offset - PciFunctionLayout.DeviceOffset, data),
        < PciFunctionLayout.WindowLength => IoResult.WrongDirection,
        _ => IoResult.InvalidRegister,
    };

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data) => offset switch
    {
        < PciFunctionLayout.IsrOffset => _registers.Write(offset, data),
        < PciFunctionLayout.DeviceOffset => IoResult.WrongDirection,
        < PciFunctionLayout.NotifyOffset => _core.WriteConfig((uint)offset - PciFunctionLayout.DeviceOffset, data),
        < PciFunctionLayout.WindowLength => Ring((uint)offset - PciFunctionLayout.NotifyOffset),
        _ => IoResult.InvalidRegister,
    };

    public IoResult Read(ulong offset, Span<byte> data, IoCompletion completion) => Read(offset, data);

    // A reset may wait.
    public IoResult Write(ulong offset, ReadOnlySpan<byte> data, IoCompletion completion) =>
        offset == PciFunctionLayout.CommonOffset + (ulong)VirtioPciRegister.DeviceStatus && data is [0]
            && _core.IsAnyQueueRunning
                ? DeferredWrite.Start(this, offset, data.ToArray(), completion)
                : Write(offset, data);

    // One byte wide (§4.1.4.5), whatever the width of the access.
    private IoResult ReadIsr(ulong offset, Span<byte> data)
    {
        if (offset != PciFunctionLayout.IsrOffset)
            return IoResult.InvalidRegister;

        data.Clear();
        data[0] = (byte)_interrupts.TakeCauses();
        return IoResult.Ok;
    }

    // The place says which queue; the value says it again.
    private IoResult Ring(uint offset)
    {
        if (offset % PciFunctionLayout.NotifyMultiplier != 0)
            return IoResult.InvalidRegister;

        _core.Ring(offset / PciFunctionLayout.NotifyMultiplier);
        return IoResult.Ok;
    }
}
