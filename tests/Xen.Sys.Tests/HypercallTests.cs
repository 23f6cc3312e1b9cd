using System;
using Xen.Testing.Hypervisor;

namespace Xen.Sys.Tests;

public sealed class HypercallTests : IDisposable
{
    private readonly SimulatedXen _xen = new() { Version = new XenVersion(4, 20) };
    private readonly SimulatedDomain _domain;

    public HypercallTests() => _domain = _xen.CreateDomain(3, vcpus: 2, frames: 100);

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void Version_is_taken_apart()
    {
        Assert.True(XenVersionOp.GetVersion(_xen, out var version).IsSuccess);
        Assert.Equal("4.20", version.ToString());
    }

    [Fact]
    public void Hvm_parameter_is_set_and_read_back()
    {
        Assert.True(HvmOp.SetParameter(_xen, _domain.Id, (uint)XenAbi.HVM_PARAM_STORE_PFN, 0xfeffc).IsSuccess);
        Assert.True(HvmOp.GetParameter(_xen, _domain.Id, (uint)XenAbi.HVM_PARAM_STORE_PFN, out var value).IsSuccess);
        Assert.Equal(0xfeffcUL, value);
    }

    [Fact]
    public void Maximum_gfn_is_the_last_frame()
    {
        Assert.True(MemoryOp.MaximumGfn(_xen, _domain.Id, out var maximum).IsSuccess);
        Assert.Equal(99UL, maximum.Value);
    }

    [Fact]
    public void Failure_is_a_value_with_a_positive_errno()
    {
        var result = MemoryOp.MaximumGfn(_xen, new DomainId(77), out _);
        Assert.False(result.IsSuccess);
        Assert.Equal(XenAbi.XEN_ESRCH, result.Errno);
        var error = Assert.Throws<HypercallException>(() => result.OrThrow("memory_op maximum_gpfn", new DomainId(77)));
        Assert.Contains("memory_op maximum_gpfn on domain 77 failed: ESRCH", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vcpu_count_is_what_the_domain_was_built_with()
    {
        Assert.True(DmOp.GetVcpuCount(_xen, _domain.Id, out var count).IsSuccess);
        Assert.Equal(2u, count);
    }

    [Fact]
    public void Ranges_of_a_server_do_not_overlap_and_split_when_unmapped()
    {
        DmOp.CreateIoreqServer(_xen, _domain.Id, out var id).OrThrow("create");
        Assert.True(Map(0x1000, 0x1fff).IsSuccess);
        Assert.Equal(XenAbi.XEN_EEXIST, Map(0x1800, 0x2000).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, Map(0x9000, 0x8000).Errno);
        Assert.True(DmOp.UnmapIoRange(_xen, _domain.Id, id, IoSpace.Memory, 0x1400, 0x17ff).IsSuccess);
        Assert.True(Map(0x1400, 0x17ff).IsSuccess);
        Assert.Equal(
            XenAbi.XEN_ENOENT, DmOp.UnmapIoRange(_xen, _domain.Id, id, IoSpace.Port, 0x1000, 0x1fff).Errno);

        HypercallResult Map(ulong first, ulong last) =>
            DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, first, last);
    }

    [Fact]
    public void Struct_transport_is_called_without_an_interface()
    {
        var calls = new int[1];
        var transport = new CountingTransport(calls);
        Assert.True(XenVersionOp.GetVersion(transport, out var version).IsSuccess);
        Assert.Equal(new XenVersion(4, 17), version);
        Assert.Equal(XenAbi.XEN_ENOMEM, MemoryOp.MaximumGfn(transport, default, out _).Errno);
        Assert.Equal(1, calls[0]);
    }

    private readonly ref struct CountingTransport(Span<int> calls) : IHypercallTransport
    {
        private readonly Span<int> _calls = calls;

        public HypercallResult Invoke(
            uint hypercall, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
        {
            _calls[0]++;
            return new HypercallResult((4 << 16) | 17);
        }

        public unsafe HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) => default;

        public unsafe void* AcquireBuffer(nuint size) => null;

        public unsafe void ReleaseBuffer(void* buffer)
        {
        }
    }
}
