using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Scheduling;

namespace Xen.Testing.Tests.Simulator;

/// <summary>A scheduler that finds what depends on order.</summary>
public sealed class InterleavingTests
{
    private const ulong Device = 0xd0000000;

    [Fact]
    public void The_same_seed_gives_the_same_order_and_others_give_others()
    {
        var orders = Enumerable.Range(0, 20)
            .Select(seed => string.Join(' ', Run(Schedule.FromSeed((ulong)seed)).Steps))
            .ToList();
        Assert.True(orders.Distinct().Count() > 10);
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(orders[seed], string.Join(' ', Run(Schedule.FromSeed((ulong)seed)).Steps));

        static Interleaving Run(Schedule schedule) => Interleaving.Run([Counting("a", 5), Counting("b", 5)], schedule);
    }

    [Fact]
    public void What_was_taken_is_a_schedule_that_gives_the_same_run()
    {
        var first = Interleaving.Run([Counting("a", 4), Counting("b", 4), Counting("c", 4)], Schedule.FromSeed(7));
        var again = Interleaving.Run(
            [Counting("a", 4), Counting("b", 4), Counting("c", 4)], Schedule.Parse(first.Taken.ToString()));
        Assert.Equal(first.Steps, again.Steps);
        Assert.Equal("seed:18446744073709551615", Schedule.Parse("seed:18446744073709551615").ToString());
        Assert.Throws<FormatException>(() => Schedule.Parse("whatever"));
    }

    [Fact]
    public void All_orders_are_as_many_as_there_are()
    {
        var seen = new HashSet<string>();
        var exploration = new Exploration { MaximumPreemptions = null };
        var (runs, isComplete) = exploration.All(() =>
        {
            var order = new List<string>();
            return new Scenario(
                [Counting("a", 3, order), Counting("b", 3, order)], () => seen.Add(string.Join(' ', order)));
        });
        Assert.True(isComplete);
        Assert.Equal((20, 20), (runs, seen.Count)); // 6 over 3
        Assert.Equal((6, false), new Exploration { MaximumRuns = 6, MaximumPreemptions = null }.All(
            () => new Scenario([Counting("a", 3), Counting("b", 3)])));
    }

    [Fact]
    public void A_lost_update_is_found_with_one_preemption()
    {
        var failure = Assert.Throws<InterleavingException>(() => new Exploration { MaximumPreemptions = 1 }.All(LostUpdate));
        Assert.Throws<InterleavingException>(() => new Exploration().Run(LostUpdate, failure.Schedule));
        new Exploration { MaximumPreemptions = 0 }.All(LostUpdate);

        static Scenario LostUpdate()
        {
            var shared = 0;
            return new Scenario([Adder("a"), Adder("b")], () => Assert.Equal(2, shared));

            LogicalTask Adder(string name)
            {
                var seen = -1;
                return new LogicalTask(name, () =>
                {
                    if (seen < 0)
                    {
                        seen = shared;
                        return true;
                    }

                    shared = seen + 1;
                    return false;
                });
            }
        }
    }

    [Fact]
    public void Tasks_that_wait_for_each_other_are_a_failure()
    {
        var failure = Assert.Throws<InterleavingException>(() => Interleaving.Run(
            [new LogicalTask("stuck", () => true, () => false)], Schedule.FromSeed(1)));
        Assert.Contains("stuck", failure.Message, StringComparison.Ordinal);
        Assert.Throws<InterleavingException>(
            () => Interleaving.Run([new LogicalTask("endless", () => true)], Schedule.FromSeed(1), 100));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_model_that_takes_events_before_it_looks_serves_every_order(bool unmasksFirst)
    {
        var (runs, isComplete) = new Exploration().All(() => Serving(model => Correct(model, unmasksFirst), requests: 1));
        Assert.True(isComplete);
        Assert.True(runs > 100, $"{runs} orders");
        new Exploration().Seeds(() => Serving(model => Correct(model, unmasksFirst)), 1, 100);
    }

    [Fact]
    public void A_device_model_that_looks_before_it_takes_events_loses_a_wakeup()
    {
        var failure = Assert.Throws<InterleavingException>(() => new Exploration().All(() => Serving(Losing)));
        Assert.Contains("nobody can run", failure.Message, StringComparison.Ordinal);

        var again = Assert.Throws<InterleavingException>(
            () => new Exploration().Run(() => Serving(Losing), Schedule.Parse(failure.Schedule.ToString())));
        Assert.Equal(failure.Steps, again.Steps);
        Assert.Throws<InterleavingException>(() => new Exploration().Seeds(() => Serving(Losing), 1, 200));
    }

    [Fact]
    public void A_device_model_that_forgets_to_notify_is_found()
    {
        Assert.Throws<InterleavingException>(() => new Exploration().All(() => Serving(Silent)));

        static unsafe IEnumerable<Func<bool>?> Silent(StepwiseModel model) => Steps(model, vcpu =>
        {
            if (model.Slot(vcpu)->state == XenAbi.STATE_IOREQ_READY)
                model.Slot(vcpu)->state = (byte)XenAbi.STATE_IORESP_READY;
        });
    }

    // Two vCPUs with some requests each, and a device model.
    private static Scenario Serving(Func<StepwiseModel, IEnumerable<Func<bool>?>> loop, int requests = 2)
    {
        var xen = new SimulatedXen();
        var domain = xen.CreateDomain(5, vcpus: 2, frames: 16);
        var model = new StepwiseModel(xen, domain).Claim(IoSpace.Memory, Device, Device + 0xfff).Start();
        model.Answer = static request => request.addr & 0xff;
        var scripts = domain.Vcpus.Select(vcpu => new GuestScript(
            vcpu,
            Enumerable.Range(0, requests).Select(i => VcpuAccess.Read(Device + (ulong)((vcpu.Number * 16) + i), 1)))).ToArray();
        return new Scenario(
            [.. scripts, LogicalTask.Of("model", loop(model), isServant: true)],
            () =>
            {
                for (var i = 0; i < requests; i++)
                    Assert.Equal(((ulong)i, 16 + (ulong)i), (scripts[0].Results[i], scripts[1].Results[i]));
                Assert.Empty(xen.FindContradictions());
                model.Dispose();
            });
    }

    private static IEnumerable<Func<bool>?> Correct(StepwiseModel model, bool unmasksFirst)
    {
        while (true)
        {
            yield return () => model.HasEvents;
            foreach (var port in model.TakeEvents())
            {
                if (unmasksFirst)
                    model.Unmask(port);
                yield return null;
                model.Serve(port);
                yield return null;
                if (!unmasksFirst)
                    model.Unmask(port);
            }
        }
    }

    // What arrives after the look is thrown away with the events that were there before.
    private static IEnumerable<Func<bool>?> Losing(StepwiseModel model)
    {
        while (true)
        {
            yield return () => model.HasEvents;
            model.Serve(0);
            model.Serve(1);
            yield return null;
            model.Drain();
        }
    }

    private static IEnumerable<Func<bool>?> Steps(StepwiseModel model, Action<int> serve)
    {
        while (true)
        {
            yield return () => model.HasEvents;
            model.Drain();
            serve(0);
            serve(1);
        }
    }

    private static LogicalTask Counting(string name, int steps, List<string>? order = null) => new(name, () =>
    {
        order?.Add(name);
        return --steps > 0;
    });
}
