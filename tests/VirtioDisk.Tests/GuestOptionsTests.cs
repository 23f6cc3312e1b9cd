using System;
using VirtioHosting;
using VirtioHosting.Daemon;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace VirtioDisk.Tests;

/// <summary>What a kernel can do for guests is found out before one is served.</summary>
public sealed class GuestOptionsTests : IDisposable
{
    private readonly SimulatedXen _xen = new();

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void Doorbells_of_a_kernel_that_has_none_are_refused_with_what_it_takes()
    {
        using var transport = Boot(hasEventFds: false).OpenTransport();
        var error = Assert.Throws<UsageException>(
            () => LinuxPlatform.Check(DiskProgram.Name, new GuestOptions(MapAtOnce: false, KernelDoorbells: true), transport));
        Assert.Contains("--kernel-doorbells", error.Message, StringComparison.Ordinal);
        Assert.Contains("CONFIG_XEN_PRIVCMD_EVENTFD", error.Message, StringComparison.Ordinal);
        LinuxPlatform.Check(DiskProgram.Name, new GuestOptions(MapAtOnce: true, KernelDoorbells: false), transport);
    }

    [Fact]
    public void Doorbells_of_a_kernel_that_has_them_are_used()
    {
        using var transport = Boot(hasEventFds: true).OpenTransport();
        var options = new GuestOptions(MapAtOnce: false, KernelDoorbells: true);
        LinuxPlatform.Check(DiskProgram.Name, options, transport);
        Assert.True(options.ToDeviceModel().UseKernelDoorbells);
    }

    // The kernel looks for requests in a domain that Xen translates for.
    private SimulatedLinux Boot(bool hasEventFds) => new(_xen, _xen.CreateDomain(9).Id) { HasEventFds = hasEventFds };
}
