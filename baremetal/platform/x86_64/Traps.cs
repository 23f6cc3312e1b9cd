using System;
using System.Runtime;
using Xen.Sys;
using Xen.Sys.X86_64;
using PvAbi = Xen.Sys.X86_64.XenAbi;
using XenAbi = Xen.Sys.XenAbi;

namespace Xen.BareMetal;

/// <summary>Traps: no program expects one, so each is the end.</summary>
// SAFETY: the entries are code of the image, and the frames are on the stack of the trap.
internal static unsafe class Traps
{
    private const int Vectors = 32;
    private const int CodeSelector = 8;
    private const int InterruptGate = 0x8e;

    private static TrapGates s_gates;
    private static TrapGateRegister s_register;

    /// <summary>PV: Xen is told where each trap goes.</summary>
    internal static void RegisterWithXen(DirectTransport transport, ulong* entries)
    {
        var table = (trap_info*)transport.AcquireBuffer((nuint)((Vectors + 1) * sizeof(trap_info)));
        for (var vector = 0; vector < Vectors; vector++)
        {
            table[vector].vector = (byte)vector;
            table[vector].cs = (ushort)PvAbi.FLAT_KERNEL_CS;
            table[vector].address = entries[vector];
        }

        transport.Invoke(XenAbi.__HYPERVISOR_set_trap_table, (ulong)table);
        transport.ReleaseBuffer(table);
    }

    /// <summary>PVH: an interrupt descriptor table, whose entries switch to the stack for traps.</summary>
    internal static void LoadTable(ulong* entries)
    {
        // SAFETY: a static of a structure is in the image, which does not move.
        fixed (TrapGates* gates = &s_gates)
        fixed (TrapGateRegister* register = &s_register)
        {
            for (var vector = 0; vector < Vectors; vector++)
            {
                var address = entries[vector];
                gates->Words[2 * vector] = (address & 0xffff) | (CodeSelector << 16) | (1UL << 32)
                    | ((ulong)InterruptGate << 40) | ((address & 0xffff0000) << 32);
                gates->Words[(2 * vector) + 1] = address >> 32;
            }

            // 2 bytes of size, 8 of address.
            register->Bytes[0] = (byte)(sizeof(TrapGates) - 1);
            register->Bytes[1] = (byte)((sizeof(TrapGates) - 1) >> 8);
            *(ulong*)(register->Bytes + 2) = (ulong)gates;
            Instructions.LoadIdt(register->Bytes);
        }
    }

    [RuntimeExport("domain_trap")]
    private static void OnTrap(TrapFrame* frame)
    {
        ref var platform = ref Start.BeginPanic();
        var text = default(PanicText);
        text.Add("panic: trap 0x"u8);
        text.AddHexadecimal(frame->Vector, 2);
        text.Add(Name(frame->Vector));
        text.Add(", error code 0x"u8);
        text.AddHexadecimal(frame->ErrorCode, 4);
        text.WriteLine(ref platform);
        End(ref platform, ref text, frame);
    }

    [RuntimeExport("domain_fatal")]
    private static void OnFatal(byte* reason, int length, TrapFrame* frame)
    {
        ref var platform = ref Start.BeginPanic();
        var text = default(PanicText);
        text.Add("panic: "u8);
        text.Add(new ReadOnlySpan<byte>(reason, length));
        text.WriteLine(ref platform);
        End(ref platform, ref text, frame);
    }

    private static void End(ref DomainPlatform platform, scoped ref PanicText text, TrapFrame* frame)
    {
        text.AddRegister("rip"u8, frame->Rip);
        text.AddRegister("rsp"u8, frame->Rsp);
        text.AddRegister("rflags"u8, frame->Rflags);
        text.AddRegister("cr2"u8, FaultAddress(in platform));
        text.WriteLine(ref platform);
        text.AddRegister("rax"u8, frame->Rax);
        text.AddRegister("rbx"u8, frame->Rbx);
        text.AddRegister("rcx"u8, frame->Rcx);
        text.AddRegister("rdx"u8, frame->Rdx);
        text.WriteLine(ref platform);
        text.AddRegister("rsi"u8, frame->Rsi);
        text.AddRegister("rdi"u8, frame->Rdi);
        text.AddRegister("rbp"u8, frame->Rbp);
        text.AddRegister("r8 "u8, frame->R8);
        text.WriteLine(ref platform);
        text.AddRegister("r9 "u8, frame->R9);
        text.AddRegister("r10"u8, frame->R10);
        text.AddRegister("r11"u8, frame->R11);
        text.AddRegister("r12"u8, frame->R12);
        text.WriteLine(ref platform);
        text.AddRegister("r13"u8, frame->R13);
        text.AddRegister("r14"u8, frame->R14);
        text.AddRegister("r15"u8, frame->R15);
        text.WriteLine(ref platform);
        platform.Crash();
    }

    // Xen keeps it for a PV domain, which cannot read the register.
    private static ulong FaultAddress(ref readonly DomainPlatform platform) => platform.IsPv
        ? platform.Shared is null ? 0 : platform.Shared->vcpu_info[0].arch.cr2
        : Instructions.ReadFaultAddress();

    private static ReadOnlySpan<byte> Name(ulong vector) => vector switch
    {
        0 => " (division)"u8,
        3 => " (breakpoint)"u8,
        6 => " (invalid instruction)"u8,
        8 => " (double fault)"u8,
        13 => " (general protection)"u8,
        14 => " (page fault)"u8,
        _ => ""u8,
    };

    private struct TrapGates
    {
        internal fixed ulong Words[2 * Vectors];
    }

    private struct TrapGateRegister
    {
        internal fixed byte Bytes[10];
    }
}
