using System;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Privcmd.Tests;

/// <summary>What eventfds do to a guest is the same whether the kernel does it or this library.</summary>
public sealed unsafe class EventFdsOnSimulatedLinuxTests : IDisposable
{
    private const ulong Device = 0xfeb00000;
    private const ulong QueueNotify = 0x50;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _guest;
    private readonly PrivcmdTransport _transport;

    public EventFdsOnSimulatedLinuxTests()
    {
        _guest = _xen.CreateDomain(7, frames: 16);
        _transport = _xen.Linux.OpenTransport();
    }

    public void Dispose() => _transport.Dispose();

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Each_signal_interrupts_the_guest_and_none_after_the_end(bool kernelCan, bool restricted)
    {
        _xen.Linux.HasEventFds = kernelCan;
        if (restricted)
            Assert.True(_transport.Restrict(_guest.Id).IsSuccess);
        using var early = EventFile.Create(_xen.Linux);
        using var late = EventFile.Create(_xen.Linux);
        early.Signal();
        using (var events = InterruptEvents.Open(_transport, _guest.Id))
        {
            Assert.Equal(kernelCan, events.IsInKernel);
            events.Assign(early.Handle, InterruptOperation.Msi(0xfee00000, 0x41));
            AwaitMessages(1);
            events.Assign(late.Handle, InterruptOperation.Msi(0xfee01000, 0x42));
            Assert.Equal(
                XenAbi.XEN_EBUSY,
                Assert.Throws<HypercallException>(() => events.Assign(late.Handle, default)).Errno);
            late.Signal();
            AwaitMessages(2);
            early.Signal();
            AwaitMessages(3);
            late.Signal();
            Assert.True(events.Deassign(late.Handle));
            Assert.Equal(4, _guest.Messages.Count);
            late.Signal();
            early.Signal();
        }

        // The last one was signalled before the end.
        early.Signal();
        Assert.Equal([0x41u, 0x42, 0x41, 0x42, 0x41], Array.ConvertAll([.. _guest.Messages], message => message.Data));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Doorbell_is_answered_and_other_requests_reach_the_device(bool kernelCan)
    {
        _xen.Linux.HasEventFds = kernelCan;
        using var memory = _xen.Linux.OpenForeignMemory();
        using var channels = _xen.Linux.OpenEventChannels();
        using var file = EventFile.Create(_xen.Linux);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        DmOp.CreateIoreqServer(_transport, _guest.Id, BufferedIoreqMode.Off, out var server).OrThrow("create");
        using var page = memory.MapResource(_guest.Id, XenAbi.XENMEM_resource_ioreq_server, server.Value, 1, 1);
        DmOp.MapIoRange(_transport, _guest.Id, server, IoSpace.Memory, Device, Device + 0xfff).OrThrow("map range");
        DmOp.SetIoreqServerState(_transport, _guest.Id, server, enabled: true).OrThrow("enable");
        var slot = (ioreq*)page.Address;
        var port = channels.BindInterdomain(_guest.Id, new EventChannelPort(slot->vp_eport));
        using (var events = IoEvents.Open(_transport, _guest.Id, page, [port]))
        {
            events.Assign(file.Handle, Device, 4, queue: 1);
            var served = 0;
            var serving = new Thread(() => served = Serve(channels, slot, events, stop.Token));
            serving.Start();
            var vcpu = _guest.Vcpus[0];
            for (var round = 0; round < 20; round++)
            {
                vcpu.Write(Device + QueueNotify, 4, 1);
                Assert.True(file.TryTake());
                vcpu.Write(Device + QueueNotify, 4, 2);
                Assert.Equal(0x1234u, vcpu.Read(Device, 4));
                Assert.False(file.TryTake());
            }

            stop.Cancel();
            serving.Join();
            Assert.Equal(events.IsInKernel ? 40 : 60, served);
        }

        channels.Dispose();
        page.Dispose();
        DmOp.DestroyIoreqServer(_transport, _guest.Id, server).OrThrow("destroy");
        Assert.Equal(0, _xen.Linux.BoundPortCount);
    }

    // Serves like an IOREQ thread. Answers how many requests came to it.
    private static int Serve(LinuxEventChannels channels, ioreq* slot, IoEvents events, CancellationToken stop)
    {
        var served = 0;
        var pending = new EventChannelPort[1];
        while (!stop.IsCancellationRequested)
        {
            if (channels.Wait(pending, Timeout.InfiniteTimeSpan, stop) == 0)
                continue;
            channels.Unmask(pending[0]);
            if (slot->state != XenAbi.STATE_IOREQ_READY)
                continue;
            Thread.MemoryBarrier();
            slot->state = (byte)XenAbi.STATE_IOREQ_INPROCESS;
            served++;
            if (!events.TryHandle(*slot) && slot->dir == XenAbi.IOREQ_READ)
                slot->data = 0x1234;
            Thread.MemoryBarrier();
            slot->state = (byte)XenAbi.STATE_IORESP_READY;
            channels.Notify(pending[0]).OrThrow("notify");
        }

        return served;
    }

    private void AwaitMessages(int count) =>
        Assert.True(SpinWait.SpinUntil(() => _guest.Messages.Count >= count, Long), "the interrupt does not come");
}
