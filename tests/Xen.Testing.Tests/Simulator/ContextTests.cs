using System;
using System.Buffers.Binary;
using System.Linq;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>The saved state of vCPUs.</summary>
public sealed class ContextTests : IDisposable
{
    private const int RecordLength = 1032;

    private readonly SimulatedXen _xen = new();
    private readonly DomctlInterface _domctl;
    private readonly SimulatedDomain _domain;

    public ContextTests()
    {
        DomctlInterface.Probe(_xen, out _domctl).OrThrow("probe");
        _domain = _xen.CreateDomain(5, vcpus: 2);
    }

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void What_is_loaded_into_a_vcpu_is_saved_again()
    {
        var context = Context(vcpu: 1, RecordLength);
        Assert.True(Domctl.SetHvmContext(_xen, _domctl, _domain.Id, context).IsSuccess);
        var saved = new byte[context.Length];
        Assert.True(Domctl.GetHvmContext(_xen, _domctl, _domain.Id, saved, out var length).IsSuccess);
        Assert.Equal(context.Length, length);
        Assert.Equal(context, saved);

        var record = new byte[RecordLength];
        Assert.True(Domctl.GetHvmContextRecord(_xen, _domctl, _domain.Id, 2, 1, record, out _).IsSuccess);
        Assert.Equal(Enumerable.Repeat((byte)0x5a, RecordLength), record);
    }

    [Fact]
    public void What_is_no_context_is_refused()
    {
        Assert.Equal(XenAbi.XEN_EINVAL, Load(Context(vcpu: 2, RecordLength)));
        Assert.Equal(XenAbi.XEN_EINVAL, Load(Context(vcpu: 0, RecordLength - 8)));
        Assert.Equal(XenAbi.XEN_EINVAL, Load(Context(vcpu: 0, RecordLength)[..^8])); // no end
        var noMagic = Context(vcpu: 0, RecordLength);
        noMagic[8]++;
        Assert.Equal(XenAbi.XEN_EINVAL, Load(noMagic));

        int Load(byte[] context) => Domctl.SetHvmContext(_xen, _domctl, _domain.Id, context).Errno;
    }

    private byte[] Context(ushort vcpu, int length)
    {
        Domctl.GetHvmContextSize(_xen, _domctl, _domain.Id, out var size).OrThrow("gethvmcontext");
        var empty = new byte[size];
        Domctl.GetHvmContext(_xen, _domctl, _domain.Id, empty, out _).OrThrow("gethvmcontext");
        var header = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(header, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), vcpu);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), length);
        return [.. empty[..^8], .. header, .. Enumerable.Repeat((byte)0x5a, length), .. empty[^8..]];
    }
}
