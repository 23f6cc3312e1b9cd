using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conformance.Golden;
using Xen.Sys;

namespace Conformance;

/// <content>The golden table's lines about DM_OP: whom it is for, and its buffers.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "dm-op/no-buffers", "dm-op/no-such-domain", "dm-op/own-domain", "dm-op/pv-domain", "dm-op/hvm-domain",
        "dm-op/vcpu-count")]
    public void Device_model_serves_another_domain_that_is_HVM()
    {
        using var privcmd = OpenPrivcmd();
        var invalid = new DomainId((ushort)XenAbi.DOMID_INVALID);
        Golden("dm-op/no-buffers", privcmd.DeviceModelOp(invalid, default, count: 0));
        Golden("dm-op/no-such-domain", Ask(invalid));
        Golden("dm-op/own-domain", Ask(default));
        Golden("dm-op/pv-domain", Ask(Pv));

        var op = NewOp(XenAbi.XEN_DMOP_nr_vcpus);
        Golden("dm-op/hvm-domain", privcmd.DeviceModelOp(Hvm, ref op));
        Golden("dm-op/vcpu-count", op.u.nr_vcpus.vcpus);

        HypercallResult Ask(DomainId domain)
        {
            var op = NewOp(XenAbi.XEN_DMOP_nr_vcpus);
            return privcmd.DeviceModelOp(domain, ref op);
        }
    }

    [Fact]
    [Golden(
        "dm-op/size-of-structure", "dm-op/buffer-of-4-bytes", "dm-op/buffer-of-header-and-payload",
        "dm-op/buffer-of-header-alone", "dm-op/buffer-of-4096-bytes", "dm-op/buffer-of-4097-bytes",
        "dm-op/3-buffers", "dm-op/17-buffers")]
    public void First_buffer_has_header_and_payload_and_buffers_are_few_and_small()
    {
        const int Header = 8;
        using var privcmd = OpenPrivcmd();
        Golden("dm-op/size-of-structure", Unsafe.SizeOf<xen_dm_op>());
        Golden("dm-op/buffer-of-4-bytes", Ask(4));
        Golden("dm-op/buffer-of-header-and-payload", Ask(Header + sizeof(uint)));
        Golden("dm-op/buffer-of-header-alone", Ask(Header));
        Golden("dm-op/buffer-of-4096-bytes", Ask(4096));
        Golden("dm-op/buffer-of-4097-bytes", Ask(4097));
        Golden("dm-op/3-buffers", Ask(16, count: 3));
        Golden("dm-op/17-buffers", Ask(16, count: 17));

        HypercallResult Ask(int size, int count = 1)
        {
            var buffer = GC.AllocateArray<byte>(2 * XenPage.Size, pinned: true);
            MemoryMarshal.Write(buffer, NewOp(XenAbi.XEN_DMOP_nr_vcpus));
            return privcmd.DeviceModelOp(Hvm, buffer.AsSpan(0, size), count);
        }
    }

    [Fact]
    [Golden(
        "dm-op/padding-that-is-not-zero", "dm-op/operation-99", "dm-op/operation-0", "dm-op/set-irq-level-on-x86")]
    public void Operation_is_one_that_exists_and_its_padding_is_zero()
    {
        using var privcmd = OpenPrivcmd();
        var padded = NewOp(XenAbi.XEN_DMOP_nr_vcpus) with { pad = 1 };
        Golden("dm-op/padding-that-is-not-zero", privcmd.DeviceModelOp(Hvm, ref padded));
        var unknown = NewOp(99);
        Golden("dm-op/operation-99", privcmd.DeviceModelOp(Hvm, ref unknown));
        var none = NewOp(0);
        Golden("dm-op/operation-0", privcmd.DeviceModelOp(Hvm, ref none));
        var line = NewOp(XenAbi.XEN_DMOP_set_irq_level);
        line.u.set_irq_level.irq = 40;
        line.u.set_irq_level.level = 1;
        Golden("dm-op/set-irq-level-on-x86", privcmd.DeviceModelOp(Hvm, ref line));
    }

    private static xen_dm_op NewOp(uint operation) => new() { op = operation };

    private RawDevice OpenPrivcmd() => new(_xen.Kernel, RawDevice.Privcmd);
}
