using System;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>A driver that cannot be opened is named, with what to do about it.</summary>
public sealed class AvailabilityTests
{
    private static readonly (string Path, Action<ScriptedKernel> Open)[] s_drivers =
    [
        (XenDevice.Privcmd, kernel => PrivcmdTransport.Open(kernel)),
        (XenDevice.Privcmd, kernel => PrivcmdForeignMemory.Open(kernel)),
        (XenDevice.EventChannel, kernel => LinuxEventChannels.Open(kernel)),
        (XenDevice.GrantDevice, kernel => LinuxGrantTable.Open(kernel)),
        (XenDevice.GrantAllocator, kernel => LinuxGrantShares.Open(kernel)),
    ];

    [Theory]
    [InlineData(XenAbi.XEN_ENOENT, "not a Xen machine, or the kernel module is missing: try `modprobe xen-")]
    [InlineData(XenAbi.XEN_EACCES, "no permission: run as root")]
    [InlineData(XenAbi.XEN_EPERM, "no permission: run as root")]
    [InlineData(XenAbi.XEN_ENODEV, "this kernel does not run on Xen")]
    [InlineData(XenAbi.XEN_ENXIO, "this kernel does not run on Xen")]
    [InlineData(XenAbi.XEN_EBUSY, "another program has it: only one may")]
    public void Driver_that_cannot_be_opened_says_why_and_what_to_do(int errno, string advice)
    {
        foreach (var (path, open) in s_drivers)
        {
            var kernel = new ScriptedKernel();
            kernel.Missing[path] = errno;
            var error = Assert.Throws<XenUnavailableException>(() => open(kernel));
            Assert.Equal(errno, error.Errno);
            Assert.Equal(path, error.Path);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Contains(XenErrno.Name(errno), error.Message, StringComparison.Ordinal);
            Assert.Contains(advice, error.Message, StringComparison.Ordinal);
            Assert.Empty(kernel.Opened);
        }
    }

    [Fact]
    public void Event_channels_without_an_eventfd_close_the_driver()
    {
        var kernel = new ScriptedKernel();
        kernel.EventErrors.Enqueue(XenAbi.XEN_EMFILE);
        Assert.Equal(XenAbi.XEN_EMFILE, Assert.Throws<HypercallException>(() => LinuxEventChannels.Open(kernel)).Errno);
        Assert.Equal(1, Assert.Single(kernel.Opened).Closings);
    }
}
