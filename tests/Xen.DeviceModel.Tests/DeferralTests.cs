using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Machine;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>A device that answers later: exactly once, whoever is first.</summary>
public sealed class DeferralTests
{
    private const ulong Address = ServedDomain.DeviceAddress;

    [Fact]
    public async Task Vcpu_waits_for_the_completion_and_others_go_on()
    {
        var device = new DeferringDevice();
        using var served = new ServedDomain(vcpus: 2, device);
        served.Server.MapMmio(0xe0000000, served.Scratch);
        var read = Read(served.Vcpu, 4);
        var completion = device.WaitUntilAsked();
        served.Domain.Vcpus[1].Write(0xe0000000, 4, 1);
        Assert.False(read.IsCompleted);
        Assert.True(completion.Complete(0x1_2345_6789));
        Assert.Equal(0x23456789UL, await read);
        Assert.False(completion.Complete(1));
        Assert.Equal(1, served.Server.Statistics.Deferred);
        Assert.Equal(2, served.Server.Statistics.Requests);
    }

    [Fact]
    public async Task Write_is_done_when_it_is_completed()
    {
        var device = new DeferringDevice();
        using var served = new ServedDomain(device: device);
        var write = Task.Run(() => served.Vcpu.Write(Address, 4, 1), TestContext.Current.CancellationToken);
        var completion = device.WaitUntilAsked();
        Assert.False(write.IsCompleted);
        Assert.True(completion.Complete());
        await write;
    }

    [Fact]
    public void Completion_before_the_device_says_that_it_defers_counts()
    {
        var device = new DeferringDevice { WhileAsked = completion => Assert.True(completion.Complete(7)) };
        using var served = new ServedDomain(device: device);
        Assert.Equal(7UL, served.Vcpu.Read(Address, 4));
        Assert.Equal(7UL, served.Vcpu.Read(Address, 4));
        Assert.False(device.Completion.Complete(8));
    }

    [Fact]
    public void Completion_of_what_the_device_answered_itself_is_void()
    {
        var device = new DeferringDevice { Answer = IoResult.Ok };
        using var served = new ServedDomain(device: device);
        Assert.Equal(0UL, served.Vcpu.Read(Address, 4));
        Assert.False(device.WaitUntilAsked().Complete(7));
        device.WhileAsked = completion => completion.Complete(7);
        Assert.Equal(0UL, served.Vcpu.Read(Address, 4));
    }

    [Fact]
    public async Task Completion_of_an_earlier_access_does_not_answer_a_later_one()
    {
        var device = new DeferringDevice();
        using var served = new ServedDomain(device: device);
        var first = Read(served.Vcpu, 4);
        var old = device.WaitUntilAsked();
        Assert.True(old.Complete(1));
        Assert.Equal(1UL, await first);
        var second = Read(served.Vcpu, 4);
        var completion = device.WaitUntilAsked();
        Assert.False(old.Complete(2));
        Assert.True(completion.Complete(3));
        Assert.Equal(3UL, await second);
    }

    [Fact]
    public async Task Device_that_throws_after_it_took_the_right_to_complete_is_answered_for()
    {
        var device = new DeferringDevice { WhileAsked = _ => throw new InvalidOperationException("wanted by the test") };
        using var served = new ServedDomain(device: device);
        Assert.Equal(0xffffUL, await Read(served.Vcpu, 2));
    }

    [Fact]
    public async Task End_of_the_server_answers_what_was_put_off_with_all_ones()
    {
        var device = new DeferringDevice();
        using var served = new ServedDomain(vcpus: 3, device);
        var reads = new Task<ulong>[3];
        var completions = new IoCompletion[3];
        for (var i = 0; i < 3; i++)
        {
            reads[i] = Read(served.Domain.Vcpus[i], 2);
            completions[i] = device.WaitUntilAsked();
        }

        served.Server.Dispose();
        foreach (var read in reads)
            Assert.Equal(0xffffUL, await read & 0xffff);
        foreach (var completion in completions)
            Assert.False(completion.Complete(1));
    }

    [Fact]
    public void Elements_of_a_string_instruction_are_not_put_off()
    {
        var device = new DeferringDevice();
        using var served = new ServedDomain(device: device);
        served.Domain.Memory[0x2000] = 0x55;
        served.Vcpu.Perform(VcpuAccess.ReadString(IoreqKind.Mmio, Address, 1, 4, 0x2000));
        Assert.Equal(0, served.Domain.Memory[0x2000]);
        Assert.Equal(0, served.Server.Statistics.Deferred);
    }

    [Fact]
    public async Task Each_access_has_one_answer_whoever_completes_it_first()
    {
        const int Rounds = 300;
        var device = new DeferringDevice();
        using var served = new ServedDomain(device: device);
        using var start = new Barrier(3);
        var accepted = 0;
        var completers = new Task[2];
        for (var i = 0; i < completers.Length; i++)
        {
            completers[i] = Task.Factory.StartNew(
                () =>
                {
                    for (var round = 0; round < Rounds; round++)
                    {
                        start.SignalAndWait(TestContext.Current.CancellationToken);
                        if (device.Completion.Complete((ulong)round))
                            Interlocked.Increment(ref accepted);
                        start.SignalAndWait(TestContext.Current.CancellationToken);
                    }
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        for (var round = 0; round < Rounds; round++)
        {
            var read = Read(served.Vcpu, 4);
            device.WaitUntilAsked();
            start.SignalAndWait(TestContext.Current.CancellationToken);
            Assert.Equal((ulong)round, await read);
            start.SignalAndWait(TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(completers);
        Assert.Equal(Rounds, accepted);
    }

    private static Task<ulong> Read(SimulatedVcpu vcpu, uint size) =>
        Task.Run(() => vcpu.Read(Address, size), TestContext.Current.CancellationToken);
}
