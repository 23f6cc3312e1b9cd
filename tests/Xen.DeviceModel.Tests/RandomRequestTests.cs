using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>Whatever a request says, it has exactly one response: the simulated vCPU throws at none and at two.</summary>
public sealed class RandomRequestTests
{
    private const ulong Mmio = 0xd0000000;
    private const ulong Deferring = 0xd0010000;

    [Fact]
    public async Task Every_request_has_exactly_one_response()
    {
        const int Vcpus = 4;
        const int Requests = 1500;
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7, Vcpus);
        using var model = Open(xen, domain);
        var guests = new Task[Vcpus];
        for (var i = 0; i < Vcpus; i++)
        {
            var (vcpu, random) = (domain.Vcpus[i], new Random(i));
            guests[i] = Task.Factory.StartNew(
                () =>
                {
                    for (var request = 0; request < Requests; request++)
                        vcpu.Request(Next(random));
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        await Task.WhenAll(guests);
        Assert.Equal(Vcpus * Requests, model.Statistics.Requests);
        Assert.InRange(model.Statistics.Unhandled, 1, Vcpus * Requests);
        Assert.InRange(model.Statistics.Deferred, 1, Vcpus * Requests);
    }

    [Fact]
    public async Task Servers_that_come_and_go_leave_no_request_without_a_response()
    {
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7, vcpus: 2);
        using var stop = new CancellationTokenSource();
        var guests = new List<Task>();
        for (var i = 0; i < 2; i++)
        {
            var (vcpu, random) = (domain.Vcpus[i], new Random(i + 100));
            guests.Add(Task.Factory.StartNew(
                () =>
                {
                    while (!stop.IsCancellationRequested)
                        vcpu.Request(Next(random));
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
        }

        IoreqServerId? left = null;
        for (var round = 0; round < 60; round++)
        {
            using var model = Open(xen, domain, left);
            SpinWait.SpinUntil(() => model.Statistics.Requests > 5, TimeSpan.FromSeconds(30));
            left = round % 3 == 2 ? null : model.ServerId;
            if (left is not null)
                model.Detach();
        }

        if (left is { } last)
            DmOp.DestroyIoreqServer(xen, domain.Id, last);
        await stop.CancelAsync();
        await Task.WhenAll(guests);
        Assert.Equal(0, domain.ServerCount);
        Assert.Equal(0, xen.Linux.BoundPortCount);
    }

    private static GuestDeviceModel Open(SimulatedXen xen, SimulatedDomain domain, IoreqServerId? left = null)
    {
        var model = GuestDeviceModel.Open(
            xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions { AdoptServer = left });
        model.AddMmio(Mmio, new ScratchDevice(0x1000));
        model.AddMmio(Deferring, new DeferringDevice
        {
            WhileAsked = static completion => ThreadPool.UnsafeQueueUserWorkItem(
                static late => late.Complete(late.Ticket), completion, preferLocal: false),
        });
        model.AddPorts(0x500, new ScratchDevice(0x100));
        model.AddPci(new PciAddress(0, 0, 0x10, 0), new ScratchPciDevice());
        model.Start();
        return model;
    }

    private static ioreq Next(Random random)
    {
        return new ioreq
        {
            type = Pick<byte>(random, 0, 1, 1, 2, 3, 7, 8, 255, (byte)random.Next(256)),
            addr = Pick(
                random,
                Mmio + (ulong)random.Next(0x1000),
                Deferring + (ulong)random.Next(0x1000),
                Mmio + 0xffe,
                0x500 + (ulong)random.Next(0x110),
                (0x80UL << 32) | (uint)random.Next(0x108),
                ulong.MaxValue - (ulong)random.Next(16),
                (ulong)random.NextInt64()),
            data = Pick(
                random,
                (ulong)random.Next(1 << 22),
                (ulong)random.NextInt64(),
                ulong.MaxValue - (ulong)random.Next(16),
                (1023UL << 12) + 0xff8),
            size = Pick(random, 1u, 2u, 4u, 4u, 8u, 0u, 3u, 16u, uint.MaxValue, (uint)random.Next()),
            count = Pick(random, 1u, 1u, 1u, 0u, 2u, 7u, 600u, 4096u, 4097u, uint.MaxValue, (uint)random.Next()),
            data_is_ptr = (byte)random.Next(2),
            dir = (byte)random.Next(2),
            df = (byte)random.Next(2),
        };
    }

    private static T Pick<T>(Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
