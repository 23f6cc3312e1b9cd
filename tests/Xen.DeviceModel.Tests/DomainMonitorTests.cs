using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

public sealed class DomainMonitorTests : IDisposable
{
    private readonly SimulatedXen _xen = new();

    public void Dispose() => _xen.Dispose();

    [Theory]
    [InlineData(XenAbi.SHUTDOWN_poweroff, DomainEnd.PowerOff)]
    [InlineData(XenAbi.SHUTDOWN_reboot, DomainEnd.Reboot)]
    [InlineData(XenAbi.SHUTDOWN_crash, DomainEnd.Crash)]
    [InlineData(XenAbi.SHUTDOWN_watchdog, DomainEnd.Destroyed)]
    public async Task Guest_that_stops_by_itself_ends_with_its_reason(int reason, DomainEnd end)
    {
        var domain = _xen.CreateDomain(5);
        var monitor = DomainMonitor.Open(_xen, domain.Id, out _);
        var waiting = monitor.WaitForEndAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        domain.ShutDown((uint)reason);
        Assert.Equal(end, await waiting);
    }

    [Fact]
    public async Task Zombie_has_ended_though_it_still_answers()
    {
        var domain = _xen.CreateDomain(5);
        using var mapping = _xen.ForeignMemory.Map(
            domain.Id, [new GuestFrameNumber(0)], ForeignAccess.ReadOnly, new int[1]);
        var monitor = DomainMonitor.Open(_xen, domain.Id, out _);
        domain.Destroy();
        Assert.True(DmOp.GetVcpuCount(_xen, domain.Id, out _).IsSuccess);
        Assert.Equal(DomainEnd.Destroyed, await monitor.WaitForEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Domain_that_is_gone_is_not_mistaken_for_the_next_one()
    {
        var domain = _xen.CreateDomain(5);
        _xen.CreateDomain(6);
        var monitor = DomainMonitor.Open(_xen, domain.Id, out _);
        domain.Destroy();
        Assert.Equal(DomainEnd.Destroyed, await monitor.WaitForEndAsync(TestContext.Current.CancellationToken));
        Assert.Throws<HypercallException>(() => DomainMonitor.Open(_xen, domain.Id, out _));
    }

    [Fact]
    public async Task Suspended_guest_has_not_ended()
    {
        var domain = _xen.CreateDomain(5);
        domain.ShutDown((uint)XenAbi.SHUTDOWN_suspend);
        var monitor = DomainMonitor.Open(_xen, domain.Id, out _);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var waiting = monitor.WaitForEndAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Interface_of_another_release_is_named()
    {
        var newer = new SimulatedXen { DomctlVersion = 0x18 };
        newer.CreateDomain(5);
        var error = Assert.Throws<XenException>(() => DomainMonitor.Open(newer, new DomainId(5), out _));
        Assert.Contains("domctl 0x18 (Xen 4.22)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Interface_that_no_release_had_is_refused_with_the_errno()
    {
        var strange = new SimulatedXen { DomctlVersion = 0x99 };
        var error = Assert.Throws<HypercallException>(() => DomainMonitor.Open(strange, new DomainId(5), out _));
        Assert.Equal(XenAbi.XEN_EACCES, error.Errno);
    }
}
