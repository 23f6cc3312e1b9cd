using System;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Conformance;

/// <content>xen_version and multicall.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Texts_of_the_version_fit_and_end()
    {
        Assert.True(XenVersionText.GetExtraVersion(_xen.Transport, out var extra).IsSuccess);
        Assert.StartsWith(".", extra, StringComparison.Ordinal);
        Assert.True(XenVersionText.GetCapabilities(_xen.Transport, out var capabilities).IsSuccess);
        Assert.Contains("hvm-3.0-", capabilities, StringComparison.Ordinal);
        Assert.True(XenVersionText.GetCommandLine(_xen.Transport, out var commandLine).IsSuccess);
        Assert.NotEmpty(commandLine);
        Assert.True(XenVersionText.GetChangeset(_xen.Transport, out _).IsSuccess);
        Assert.True(XenVersionText.GetCompileInfo(_xen.Transport, out var compiled).IsSuccess);
        Assert.NotEmpty(compiled.Compiler);
        Assert.Equal(
            XenAbi.XEN_E2BIG,
            XenVersionOp.GetExtraVersion(_xen.Transport, new byte[extra.Length - 1], out _).Errno);
    }

    [Fact]
    public void Build_id_wants_room_for_all_of_it()
    {
        Assert.True(XenVersionOp.GetBuildIdLength(_xen.Transport, out var length).IsSuccess);
        Assert.NotEqual(0, length);
        Assert.Equal(length, XenVersionOp.GetBuildId(_xen.Transport, new byte[100], out var found).Value);
        Assert.Equal(length, found);
        Assert.Equal(
            XenAbi.XEN_ENOBUFS, XenVersionOp.GetBuildId(_xen.Transport, new byte[length - 1], out _).Errno);
        Assert.Equal(
            Since(Xen420, XenAbi.XEN_ENOBUFS, before: XenAbi.XEN_EINVAL),
            XenVersionOp.GetBuildId(_xen.Transport, [], out _).Errno);
    }

    [Fact]
    public void Numbers_of_the_version_are_there()
    {
        Assert.True(XenVersionOp.GetPageSize(_xen.Transport, out var pageSize).IsSuccess);
        Assert.Equal(XenPage.Size, pageSize);
        Assert.True(XenVersionOp.GetFeatures(_xen.Transport, 0, out _).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, XenVersionOp.GetFeatures(_xen.Transport, 1, out _).Errno);
        Assert.True(XenVersionOp.GetGuestHandle(_xen.Transport, out var handle).IsSuccess);
        Assert.Equal(Guid.Empty, handle);
        Assert.True(XenVersionOp.GetPlatformParameters(_xen.Transport, out var start).IsSuccess);
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
            Assert.Equal(0xffff_8000_0000_0000, start);
    }

    [Fact]
    public void Unknown_sub_operations_are_ENOSYS()
    {
        foreach (var hypercall in new[]
        {
            XenAbi.__HYPERVISOR_xen_version, XenAbi.__HYPERVISOR_memory_op, XenAbi.__HYPERVISOR_event_channel_op,
            XenAbi.__HYPERVISOR_hvm_op,
        })
            Assert.Equal(XenAbi.XEN_ENOSYS, _xen.Transport.Invoke((uint)hypercall, 99).Errno);
    }

    [Fact]
    public void Multicall_answers_each_call()
    {
        var calls = new multicall_entry[3];
        calls[0].op = XenAbi.__HYPERVISOR_xen_version;
        calls[1].op = 63;
        calls[2].op = XenAbi.__HYPERVISOR_xen_version;
        calls[2].args[0] = XenAbi.XENVER_pagesize;
        Assert.True(Multicall.Invoke(_xen.Transport, calls).IsSuccess);
        Assert.True(XenVersionOp.GetVersion(_xen.Transport, out var version).IsSuccess);
        Assert.Equal(((ulong)version.Major << 16) | version.Minor, calls[0].result);
        Assert.Equal(-XenAbi.XEN_ENOSYS, (long)calls[1].result);
        Assert.Equal((ulong)XenPage.Size, calls[2].result);
    }
}
