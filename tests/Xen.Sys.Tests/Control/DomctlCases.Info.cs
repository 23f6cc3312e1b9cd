using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <content>The state of a domain.</content>
internal static partial class DomctlCases
{
    /// <summary>The bytes that every form of a domain's description begins with: 96 of them.</summary>
    internal const string Description =
        "0500 0000 2a010300 1111111111111111 2222222222222222 3333333333333333 4444444444444444 5555555555555555 "
        + "6666666666666666 7777777777777777 02000000 01000000 07000000 00112233445566778899aabbccddeeff 04000000";

    /// <summary>What comes out of <see cref="Description"/>.</summary>
    internal static readonly long[] Described =
    [
        5, 0x0003012a, 0x1111111111111111, 0x2222222222222222, 0x3333333333333333, 0x4444444444444444,
        0x5555555555555555, 0x6666666666666666, 0x7777777777777777, 2, 1, 7, 0x0011223344556677,
        unchecked((long)0x8899aabbccddeeff), 4,
    ];

    private static IEnumerable<ControlCase> InfoCases =>
    [
        .. Info("7b000000", 0, 0x7b, form => form.Version == 0x12 && !IsArm(form)),
        .. Info("03 00 0100 00020000 00000300", 0, 0, form => form.Version == 0x12 && IsArm(form)),
        .. Info("28 00*7 7b000000 99000000", 0x28, 0x7b, form => form.Version != 0x12 && !IsArm(form)),
        .. Info("28 00*7 03 01 0100 00020000 00000300", 0x28, 0, form => form.Version != 0x12 && IsArm(form)),
        .. new ControlSpecification("Domctl.GetDomainInfo", 5)
        {
            Variant = "gone: Xen describes the next one",
            Reply = ["16:0600"],
            Result = -XenAbi.XEN_ESRCH,
            Out = new long[17],
        }.Domctl(Ask),
        .. new ControlSpecification("Domctl.GetDomainState", 90)
        {
            Variant = "the stable operation",
            Reply = ["16:0500 0300 00000000 8877665544332211"],
            Out = [5, 5, 3, 0x1122334455667788],
            OutOnFailure = new long[4],
        }.Stable(static xen =>
        {
            var result = Domctl.GetDomainState(xen, Dom5, out var state);
            Out(xen, state);
            return result;
        }),
        .. new ControlSpecification("Domctl.GetDomainState", 90)
        {
            Variant = "which one has changed",
            Domain = 0x7ff4,
            Reply = ["8:0900", "16:0c00"],
            Out = [9, 12, 0, 0],
            OutOnFailure = new long[4],
        }.Stable(static xen =>
        {
            var result = Domctl.GetDomainState(xen, new DomainId((ushort)XenAbi.DOMID_INVALID), out var state);
            Out(xen, state);
            return result;
        }),
    ];

    /// <summary>Passes all of a description on.</summary>
    internal static void Out(RecordingTransport xen, in DomainInfo info)
    {
        xen.Out(info.Id.Value);
        xen.Out(info.Flags);
        xen.Out((long)info.TotalPages);
        xen.Out((long)info.MaximumPages);
        xen.Out((long)info.OutstandingPages);
        xen.Out((long)info.SharedPages);
        xen.Out((long)info.PagedPages);
        xen.Out((long)info.SharedInfoFrame.Value);
        xen.Out((long)info.CpuTime);
        xen.Out(info.OnlineVcpus);
        xen.Out(info.MaximumVcpuId);
        xen.Out(info.SecurityId);
        Span<byte> handle = stackalloc byte[16];
        info.Handle.TryWriteBytes(handle, bigEndian: true, out _);
        xen.Out(BinaryPrimitives.ReadInt64BigEndian(handle));
        xen.Out(BinaryPrimitives.ReadInt64BigEndian(handle[8..]));
        xen.Out(info.CpuPool);
    }

    private static IEnumerable<ControlCase> Info(
        string tail, byte addressBits, uint emulation, Func<DomctlInterface, bool> isIn) =>
        new ControlSpecification("Domctl.GetDomainInfo", 5)
        {
            Reply = [$"16:{Description}", $"112:{tail}"],
            Out = [.. Described, addressBits, emulation],
        }.Domctl(Ask, isIn);

    private static HypercallResult Ask(RecordingTransport xen, DomctlInterface domctl)
    {
        var result = Domctl.GetDomainInfo(xen, domctl, Dom5, out var info);
        Out(xen, info);
        xen.Out(info.PhysicalAddressBits);
        xen.Out(info.X86EmulationFlags);
        return result;
    }

    private static void Out(RecordingTransport xen, DomainState state)
    {
        xen.Out(state.Id.Value);
        xen.Out((long)state.States);
        xen.Out((long)state.Capabilities);
        xen.Out((long)state.UniqueId);
    }
}
