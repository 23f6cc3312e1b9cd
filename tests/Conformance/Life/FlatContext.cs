using System;
using System.Runtime.InteropServices;
using Xen.Sys;
using Xen.Sys.X86_64;

namespace Conformance.Life;

/// <summary>The saved state of a vCPU that is to start in flat 32-bit protected mode, without paging.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FlatContext
{
    private const ushort CpuRecord = 2;
    private const uint ProtectedMode = 0x11; // CR0: PE, ET
    private const uint ReservedFlag = 0x2;
    private const uint Limit4Gib = uint.MaxValue;
    private const uint Code32 = 0xc9b; // readable code, accessed, present; 32 bits, in pages
    private const uint Data32 = 0xc93; // writable data, accessed, present; 32 bits, in pages
    private const uint BusyTask32 = 0x8b;

    private hvm_save_descriptor _headerRecord;
    private hvm_save_header _header;
    private hvm_save_descriptor _cpuRecord;
    private hvm_hw_cpu _cpu;
    private hvm_save_descriptor _endRecord;

    /// <summary>Number of bytes that a context begins with and that are taken over.</summary>
    internal static int HeaderLength => Marshal.SizeOf<hvm_save_descriptor>() + Marshal.SizeOf<hvm_save_header>();

    /// <summary>Makes a context.</summary>
    /// <param name="saved">The domain's own, for its header.</param>
    /// <param name="start">Where the vCPU starts.</param>
    internal static byte[] Starting(ReadOnlySpan<byte> saved, ulong start)
    {
        var context = new FlatContext
        {
            _cpuRecord = new() { typecode = CpuRecord, length = (uint)Marshal.SizeOf<hvm_hw_cpu>() },
            _cpu = new()
            {
                rip = start,
                rflags = ReservedFlag,
                cr0 = ProtectedMode,
                dr6 = 0xffff_0ff0,
                dr7 = 0x400,
                cs_limit = Limit4Gib,
                ds_limit = Limit4Gib,
                es_limit = Limit4Gib,
                ss_limit = Limit4Gib,
                tr_limit = 0x67,
                cs_arbytes = Code32,
                ds_arbytes = Data32,
                es_arbytes = Data32,
                ss_arbytes = Data32,
                tr_arbytes = BusyTask32,
            },
        };
        var bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in context, 1)).ToArray();
        saved[..HeaderLength].CopyTo(bytes);
        return bytes;
    }
}
