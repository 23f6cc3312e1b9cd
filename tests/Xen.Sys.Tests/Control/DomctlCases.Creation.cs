using System;
using System.Collections.Generic;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <content>New domains.</content>
internal static partial class DomctlCases
{
    // ssidref, handle, flags (hvm, hap, iommu), iommu_opts, max_vcpus, max_evtchn_port, max_grant_frames, max_maptrack_frames
    private const string CommonConfiguration =
        "07000000 00112233445566778899aabbccddeeff 23000000 01000000 02000000 ff030000 40000000 ffffffff";

    /// <summary>What every form can express.</summary>
    internal static readonly DomainConfiguration Plain = new()
    {
        SecurityId = 7,
        Handle = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        Flags = DomainCreationOptions.Hvm | DomainCreationOptions.HardwareAssistedPaging | DomainCreationOptions.Iommu,
        IommuOptions = 1,
        MaximumVcpus = 2,
        MaximumEventChannelPort = 1023,
        MaximumGrantFrames = 64,
        MaximumMaptrackFrames = -1,
    };

    private static readonly DomainConfiguration Since4_17 = Plain with
    {
        GrantVersion = 2,
        TraceSize = 0x10000,
        CpuPool = 3,
    };

    private static IEnumerable<ControlCase> CreationCases =>
    [
        .. Create(0x12, false, $"{CommonConfiguration} 01000000", Plain with { X86EmulationFlags = 1 }),
        .. Create(
            0x15, false, $"{CommonConfiguration} 02000000 00000100 03000000 01000000 04000000",
            Since4_17 with { X86EmulationFlags = 1, X86MiscellaneousFlags = 4 }),
        .. Create(
            0x17, false, $"{CommonConfiguration} 02000000 01000000 00000100 03000000 01000000 04000000",
            Since4_17 with { X86EmulationFlags = 1, X86MiscellaneousFlags = 4, AlternativeMapMode = 1 }),
        .. Create(0x12, true, $"{CommonConfiguration} 03 00 0100 20000000", ForArm(Plain), armAt: 60),
        .. Create(
            0x15, true, $"{CommonConfiguration} 02000000 00000100 03000000 03 00 0100 20000000",
            ForArm(Since4_17), armAt: 72),
        .. Create(
            0x17, true, $"{CommonConfiguration} 02000000 01000000 00000100 03000000 03 04 0100 20000000",
            ForArm(Since4_17) with { AlternativeMapMode = 1, ArmSveVectorLength = 4 }, armAt: 76),
    ];

    private static DomainConfiguration ForArm(DomainConfiguration plain) => plain with
    {
        ArmGicVersion = 3,
        ArmTeeType = 1,
        ArmSharedInterrupts = 32,
    };

    // Xen is asked for any number, and gives 9. What it did is read on Arm only, from where its structure begins.
    private static IEnumerable<ControlCase> Create(
        uint version, bool isArm, string payload, DomainConfiguration configuration, int armAt = 60) =>
        new ControlSpecification("Domctl.CreateDomain", 1)
        {
            Domain = 0,
            Payload = payload,
            Reply = ["8:0900", $"{armAt}:02", $"{armAt + 8}:80841e00"],
            Out = [9, isArm ? 2 : 0, isArm ? 2_000_000 : 0],
        }.Domctl(
            (RecordingTransport xen, DomctlInterface domctl) =>
            {
                var result = Domctl.CreateDomain(xen, domctl, default, configuration, out var created);
                xen.Out(created.Id.Value);
                xen.Out(created.ArmGicVersion);
                xen.Out(created.ArmClockFrequency);
                return result;
            },
            form => form.Version == version && IsArm(form) == isArm);
}
