using System;
using System.Collections.Generic;
using Xen.DeviceModel;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Conformance.Life;

/// <summary>
/// A guest's program that talks to a device by ports, alone and by string instructions, and to a PCI function, whose window it
/// places and takes away. It can be run (<see cref="Code"/>), or played.
/// </summary>
internal static class PortProgram
{
    internal const ushort Port = 0x510;
    internal const ulong WindowAddress = 0x0b00_0000;
    internal const uint FirstAnswer = 0xa0b0c001;
    internal const uint WindowValue = 0x5eed0000;
    internal const ulong BufferAddress = 0x3000;

    /// <summary>What the device is told last.</summary>
    internal static readonly (ulong Offset, int Size, uint Value) Last = (4, 1, 1);

    /// <summary>All that the device is told: what the guest has read comes back.</summary>
    internal static readonly IReadOnlyList<(ulong Offset, int Size, uint Value)> Written =
    [
        (0, 4, 0x12345678),
        (0, 4, FirstAnswer),
        (0, 2, (FirstAnswer + 1) & 0xffff),
        (0, 1, (FirstAnswer + 2) & 0xff),
        (0, 4, FirstAnswer + 3),
        (0, 4, FirstAnswer + 4),
        (0, 4, FirstAnswer + 5),
        (0, 4, FirstAnswer + 6),
        (0, 2, (uint)(WindowAddress >> 16)),
        (0, 4, WindowValue + 4),
        (0, 4, uint.MaxValue),
        Last,
    ];

    /// <summary>Machine code: flat 32-bit protected mode, no paging, no stack, no interrupts.</summary>
    internal static ReadOnlySpan<byte> Code =>
    [
        0x66, 0xba, 0x10, 0x05,             // mov   dx, Port
        0xb8, 0x78, 0x56, 0x34, 0x12,       // mov   eax, 12345678h
        0xef,                               // out   dx, eax
        0xed,                               // in    eax, dx
        0xef,                               // out   dx, eax
        0x66, 0xed,                         // in    ax, dx
        0x66, 0xef,                         // out   dx, ax
        0xec,                               // in    al, dx
        0xee,                               // out   dx, al
        0xfc,                               // cld
        0xbf, 0x00, 0x30, 0x00, 0x00,       // mov   edi, BufferAddress
        0xb9, 0x04, 0x00, 0x00, 0x00,       // mov   ecx, 4
        0xf3, 0x6d,                         // rep insd
        0xbe, 0x00, 0x30, 0x00, 0x00,       // mov   esi, BufferAddress
        0xb9, 0x04, 0x00, 0x00, 0x00,       // mov   ecx, 4
        0xf3, 0x6f,                         // rep outsd
        0x66, 0xba, 0xf8, 0x0c,             // mov   dx, 0cf8h
        0xb8, 0x10, 0x80, 0x00, 0x80,       // mov   eax, 80008010h       ; 00:10.0, the first BAR
        0xef,                               // out   dx, eax
        0x66, 0xba, 0xfc, 0x0c,             // mov   dx, 0cfch
        0xb8, 0x00, 0x00, 0x00, 0x0b,       // mov   eax, WindowAddress
        0xef,                               // out   dx, eax
        0x66, 0xba, 0xfe, 0x0c,             // mov   dx, 0cfeh
        0x66, 0xed,                         // in    ax, dx
        0x66, 0xba, 0x10, 0x05,             // mov   dx, Port
        0x66, 0xef,                         // out   dx, ax
        0x8b, 0x05, 0x04, 0x00, 0x00, 0x0b, // mov   eax, [WindowAddress+4]
        0xef,                               // out   dx, eax
        0x66, 0xba, 0xf8, 0x0c,             // mov   dx, 0cf8h
        0xb8, 0x04, 0x80, 0x00, 0x80,       // mov   eax, 80008004h       ; 00:10.0, the command
        0xef,                               // out   dx, eax
        0x66, 0xba, 0xfc, 0x0c,             // mov   dx, 0cfch
        0x31, 0xc0,                         // xor   eax, eax
        0x66, 0xef,                         // out   dx, ax               ; the window is decoded no longer
        0x8b, 0x05, 0x04, 0x00, 0x00, 0x0b, // mov   eax, [WindowAddress+4]
        0x66, 0xba, 0x10, 0x05,             // mov   dx, Port
        0xef,                               // out   dx, eax
        0x66, 0xba, 0x14, 0x05,             // mov   dx, Port+4
        0xb0, 0x01,                         // mov   al, 1
        0xee,                               // out   dx, al
        0xfa,                               // cli
        0xf4,                               // hlt                        ; for ever
    ];

    /// <summary>A simulated vCPU does the same.</summary>
    internal static void Play(SimulatedDomain domain)
    {
        var vcpu = domain.Vcpus[0];
        var function = new PciSbdf(0, 0, 0x10, 0);
        vcpu.WritePort(Port, 4, 0x12345678);
        foreach (var size in new uint[] { 4, 2, 1 })
            vcpu.WritePort(Port, size, vcpu.ReadPort(Port, size));
        vcpu.Perform(VcpuAccess.ReadString(IoreqKind.PortIo, Port, 4, 4, BufferAddress));
        vcpu.Perform(VcpuAccess.WriteString(IoreqKind.PortIo, Port, 4, 4, BufferAddress));
        vcpu.WritePci(function, 0x10, 4, WindowAddress);
        vcpu.WritePort(Port, 2, vcpu.ReadPci(function, 0x12, 2));
        vcpu.WritePort(Port, 4, vcpu.Read(WindowAddress + 4, 4));
        vcpu.WritePci(function, 0x04, 2, 0);
        vcpu.WritePort(Port, 4, vcpu.Read(WindowAddress + 4, 4));
        vcpu.WritePort(Port + 4, 1, 1);
    }
}
