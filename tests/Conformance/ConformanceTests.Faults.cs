using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Conformance.Life;
using Xen.DeviceModel;
using Xen.Privcmd;
using Xen.Sys;

namespace Conformance;

/// <content>Bad input, domains and objects that end in the middle: nothing is left behind.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void What_is_left_behind_would_be_seen()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var traces = Traces.Take(_xen);
        var mapping = _xen.ForeignMemory.Map(domain, [new(1)], ForeignAccess.ReadWrite, new int[1]);
        var port = _xen.EventChannels.BindInterdomain(domain, FreePortOf(domain));
        Assert.Equal(new Traces(traces.Mappings + 1, traces.Ports + 1), Traces.Take(_xen));
        mapping.Dispose();
        _xen.EventChannels.Unbind(port);
        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public void More_frames_than_exist_are_mapped_as_far_as_they_do()
    {
        const int Existing = 16;
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var traces = Traces.Take(_xen);
        var frames = Enumerable.Range(0, 2000).Select(frame => new GuestFrameNumber((ulong)frame)).ToArray();
        var errors = new int[frames.Length];
        using (var mapping = _xen.ForeignMemory.Map(domain, frames, ForeignAccess.ReadWrite, errors))
        {
            Assert.Equal(Enumerable.Repeat(0, Existing), errors[..Existing]);
            Assert.All(errors[Existing..], error => Assert.Equal(XenAbi.XEN_EINVAL, error));
            Assert.Equal(XenAbi.XEN_EINVAL, mapping.GetError(Existing));

            const int End = Existing * XenPage.Size;
            using var view = mapping.OpenView();
            view.GetSpan(0, End).Fill(0x5a);
            Assert.Equal(0x5a, view.GetReadOnlySpan(End - 1, 1)[0]);
            Assert.Equal(XenAbi.XEN_EINVAL, ErrnoOfAccess(mapping, End - 1, 2));
            Assert.Equal(XenAbi.XEN_EINVAL, ErrnoOfAccess(mapping, End, 1));
        }

        Assert.Equal(traces, Traces.Take(_xen));

        static int ErrnoOfAccess(IForeignMapping mapping, long offset, int length) =>
            Assert.Throws<HypercallException>(() =>
            {
                using var view = mapping.OpenView();
                _ = view.GetReadOnlySpan(offset, length);
            }).Errno;
    }

    [Fact]
    public unsafe void Place_of_a_mapping_is_a_page_boundary()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var traces = Traces.Take(_xen);
        foreach (var address in new nint[] { 0, 1, XenPage.Size + 8, -1 })
        {
            Assert.ThrowsAny<ArgumentException>(() => _xen.ForeignMemory.MapAt(
                (byte*)address, domain, [new GuestFrameNumber(0)], ForeignAccess.ReadWrite, new int[1]));
        }

        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public void Domain_that_is_not_there_is_named_and_leaves_nothing()
    {
        var traces = Traces.Take(_xen);
        Refused(() => _xen.ForeignMemory.MapResource(NoSuchDomain, XenAbi.XENMEM_resource_ioreq_server, 0, 1, 1));
        Refused(() => _xen.EventChannels.BindInterdomain(NoSuchDomain, new EventChannelPort(1)));
        using (var memory = new ForeignGuestMemory(_xen.ForeignMemory, NoSuchDomain))
        {
            Refused(() => IoreqServer.Create(
                _xen.Transport, _xen.ForeignMemory, _xen.EventChannels, NoSuchDomain, memory));
            using var view = memory.Enter();
            Assert.False(view.TryRead(0, new byte[8]));
        }

        var errors = new int[3];
        _xen.ForeignMemory.Map(
            NoSuchDomain, [new(0), new(1), new(2)], ForeignAccess.ReadOnly, errors).Dispose();
        Assert.All(errors, error => Assert.Equal(XenAbi.XEN_ESRCH, error));
        Assert.Equal(traces, Traces.Take(_xen));

        static void Refused(Func<object> operation)
        {
            var refusal = Assert.Throws<HypercallException>(() => operation());
            Assert.Equal((XenAbi.XEN_ESRCH, (DomainId?)NoSuchDomain), (refusal.Errno, refusal.Domain));
        }
    }

    [Fact]
    public void View_outlives_the_domain_and_the_mapping()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var traces = Traces.Take(_xen);
        var mapping = _xen.ForeignMemory.Map(
            domain, [new GuestFrameNumber(3)], ForeignAccess.ReadWrite, new int[1]);
        using (var view = mapping.OpenView())
        {
            view.GetSpan(8, 8).Fill(0x77);
            mapping.Dispose();
            mapping.Dispose();
            Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, domain).IsSuccess);
            Assert.True(Describe(domain).IsDying);
            Assert.Equal(0x77, view.GetReadOnlySpan(15, 1)[0]);
            view.GetSpan(0, XenPage.Size).Clear();
        }

        WaitUntilGone(domain);
        Assert.Throws<ObjectDisposedException>(() => mapping.OpenView().Dispose());
        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public void Domain_that_is_destroyed_in_the_middle_of_its_accesses_leaves_nothing()
    {
        var traces = Traces.Take(_xen);
        var program = new GuestProgram(seed: 5);
        var domain = NewFurnishedDomain(vcpus: 1);
        Load(domain);
        var device = new ExpectantDevice(program);
        using (var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain))
        using (var server = IoreqServer.Create(
            _xen.Transport, _xen.ForeignMemory, _xen.EventChannels, domain, memory))
        {
            server.MapMmio(GuestProgram.DeviceAddress, device);
            server.Start();
            _xen.Start(domain, program);
            Assert.True(SpinWait.SpinUntil(() => device.Count >= 20, Long), "the guest makes no accesses");
            Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, domain).IsSuccess);
            Assert.True(Describe(domain).IsDying);
            Assert.Null(device.Surprise);
            Assert.False(server.Completion.IsCompleted);
        }

        WaitUntilGone(domain);
        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public async Task Wait_goes_on_when_the_domain_dies_and_ends_when_it_is_cancelled()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var traces = Traces.Take(_xen);
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using (var channels = LinuxEventChannels.Open(_xen.Kernel))
        {
            var port = channels.BindInterdomain(domain, FreePortOf(domain));
            var pending = new EventChannelPort[4];
            Assert.Equal(1, channels.Wait(pending, Long, cancel.Token)); // it is pending once at the start
            channels.Unmask(port);
            var waiting = Task.Run(() => channels.Wait(pending, Timeout.InfiniteTimeSpan, cancel.Token));
            Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, domain).IsSuccess);
            WaitUntilGone(domain);
            Assert.False(waiting.IsCompleted);
            await cancel.CancelAsync();
            Assert.Equal(0, await waiting.WaitAsync(Long, TestContext.Current.CancellationToken));
            channels.Unbind(port);
        }

        cancel.Dispose();
        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public async Task Disposal_ends_a_wait_and_closes_all_ports()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var traces = Traces.Take(_xen);
        for (var round = 0; round < 20; round++)
        {
            var channels = LinuxEventChannels.Open(_xen.Kernel);
            channels.BindUnbound(domain);
            channels.BindUnbound(default);
            var waiting = Task.Run(() =>
                channels.Wait(new EventChannelPort[4], Timeout.InfiniteTimeSpan, CancellationToken.None));

            // Odd rounds dispose before the wait has begun, or in its first steps.
            if (round % 2 == 0)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            channels.Dispose();
            channels.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(
                () => waiting.WaitAsync(Long, TestContext.Current.CancellationToken));
            Assert.Throws<ObjectDisposedException>(() => channels.BindUnbound(domain));
            Assert.Throws<ObjectDisposedException>(() => channels.Unmask(new EventChannelPort(1)));
        }

        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public unsafe void Disposed_objects_refuse_and_what_they_gave_lives_on()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var traces = Traces.Take(_xen);
        var transport = PrivcmdTransport.Open(_xen.Kernel);
        var memory = PrivcmdForeignMemory.Open(_xen.Kernel);
        using (var mapping = memory.Map(domain, [new GuestFrameNumber(1)], ForeignAccess.ReadWrite, new int[1]))
        using (var window = memory.OpenWindow(domain, 16, ForeignAccess.ReadWrite))
        {
            window.Populate(new GuestFrameNumber(1), new int[1]).OrThrow("populate", domain);
            memory.Dispose();
            memory.Dispose();
            transport.Dispose();
            transport.Dispose();

            Assert.Equal(XenAbi.XEN_EBADF, DmOp.GetVcpuCount(transport, domain, out _).Errno);
            Assert.Equal(XenAbi.XEN_EBADF, transport.Invoke(XenAbi.__HYPERVISOR_xen_version).Errno);
            Assert.Throws<ObjectDisposedException>(() => memory.Map(
                domain, [new GuestFrameNumber(1)], ForeignAccess.ReadWrite, new int[1]));
            Assert.Throws<ObjectDisposedException>(() => memory.MapResource(
                domain, XenAbi.XENMEM_resource_ioreq_server, 0, 1, 1));

            // SAFETY: frame 1 was populated, and the window is open.
            window.Address[XenPage.Size] = 0x42;
            using var view = mapping.OpenView();
            Assert.Equal(0x42, view.GetReadOnlySpan(0, 1)[0]);
            window.Dispose();
            Assert.Throws<ObjectDisposedException>(() => (nint)window.Address);
        }

        Assert.Equal(traces, Traces.Take(_xen));
    }
}
