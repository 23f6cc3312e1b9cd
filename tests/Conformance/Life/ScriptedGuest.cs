using System;
using System.Buffers.Binary;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Conformance.Life;

/// <summary>A simulated vCPU that does what <see cref="GuestProgram.Code"/> does.</summary>
internal static class ScriptedGuest
{
    internal static void Play(SimulatedDomain domain)
    {
        var vcpu = domain.Vcpus[0];
        Span<byte> result = stackalloc byte[16];
        var sum = 0u;
        ulong last = 0;
        for (uint round = 1; round <= GuestProgram.Rounds; round++)
        {
            vcpu.Write(At(0x10), 4, round);
            sum += (uint)vcpu.Read(At(0x14), 4);
            vcpu.Write(At(0x18), 2, round);
            sum += (uint)vcpu.Read(At(0x1a), 2);
            vcpu.Write(At(0x1c), 1, round);
            sum += (uint)vcpu.Read(At(0x1d), 1);
            last = vcpu.Read(At(0x20), 8);
            vcpu.Write(At(0x28), 8, last);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(result, sum);
        BinaryPrimitives.WriteUInt32LittleEndian(result[4..], GuestProgram.Rounds);
        BinaryPrimitives.WriteUInt64LittleEndian(result[8..], last);
        result.CopyTo(domain.Memory[(int)GuestProgram.ResultAddress..]);

        const ulong LastWord = 2 * (GuestProgram.WordsOut - 1);
        var buffer = GuestProgram.BufferAddress;
        vcpu.Request(Move(XenAbi.IOREQ_READ, At(0x100), buffer, 4, GuestProgram.DoublewordsIn, isDescending: false));
        vcpu.Request(Move(XenAbi.IOREQ_WRITE, At(0x200), buffer, 1, GuestProgram.BytesOut, isDescending: false));
        vcpu.Request(Move(
            XenAbi.IOREQ_WRITE,
            At(GuestProgram.WordsOffset + LastWord),
            buffer + LastWord,
            2,
            GuestProgram.WordsOut,
            isDescending: true));
        domain.ShutDown(XenAbi.SHUTDOWN_poweroff);
    }

    private static ulong At(ulong offset) => GuestProgram.DeviceAddress + offset;

    private static ioreq Move(
        int direction, ulong address, ulong memory, uint size, uint count, bool isDescending) => new()
    {
        type = (byte)XenAbi.IOREQ_TYPE_COPY,
        dir = (byte)direction,
        addr = address,
        data = memory,
        data_is_ptr = 1,
        size = size,
        count = count,
        df = isDescending ? (byte)1 : (byte)0,
    };
}
