using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Tracing;

namespace Xen.Testing.Tests;

/// <summary>A trace says what happened, in the same words each time, and changes nothing.</summary>
public sealed unsafe class TracingTests
{
    private const string Folder = "tests/Xen.Testing.Tests/Baselines/";

    [Fact]
    public void Session_of_a_device_model_reads_as_approved()
    {
        var text = new StringWriter();
        Session.Run(new TracingTransport(Machine(), new TraceLog(text)));
        Baseline.Check(Folder + "TracingTests.Session.verified.txt", text.ToString());
    }

    [Fact]
    public void Second_run_has_the_same_text()
    {
        var first = new StringWriter();
        var second = new StringWriter();
        Session.Run(new TracingTransport(Machine(), new TraceLog(first)));
        Session.Run(new TracingTransport(Machine(), new TraceLog(second)));
        Assert.Equal(first.ToString(), second.ToString());
    }

    [Fact]
    public void Traced_session_finds_out_the_same() =>
        Assert.Equal(Session.Run(Machine()), Session.Run(new TracingTransport(Machine(), new TraceLog(_ => { }))));

    [Fact]
    public void Capabilities_read_as_approved_in_one_sequence_with_the_hypercalls()
    {
        var text = new StringWriter();
        var log = new TraceLog(text);
        var xen = Machine();
        var transport = new TracingTransport(xen, log);
        var memory = new TracingForeignMemory(xen.ForeignMemory, log);
        using var channels = new TracingEventChannels(xen.EventChannels, log);
        XenVersionOp.GetVersion(transport, out _);
        Span<int> errors = stackalloc int[3];
        GuestFrameNumber[] frames = [new(62), new(63), new(64)];
        using (memory.Map(Session.Guest, frames, ForeignAccess.ReadOnly, errors))
            Assert.Equal(XenAbi.XEN_EINVAL, errors[2]);
        using (var window = memory.OpenWindow(Session.Guest, 128, ForeignAccess.ReadWrite))
        {
            window.Populate(new GuestFrameNumber(62), errors);
            window.Retry(new GuestFrameNumber(64));
        }

        Assert.Throws<HypercallException>(() => channels.BindInterdomain(new DomainId(99), new EventChannelPort(1)));
        channels.Notify(new EventChannelPort(12345));
        channels.Wait(new EventChannelPort[1], TimeSpan.Zero, CancellationToken.None);
        Baseline.Check(Folder + "TracingTests.Capabilities.verified.txt", text.ToString());
    }

    [Fact]
    public void Grants_read_as_approved()
    {
        var text = new StringWriter();
        using (var grants = new TracingGrantTable(new NoGrants(), new TraceLog(text)))
        {
            var page = new ForeignGrant(Session.Guest, new GrantReference(8));
            Assert.Throws<HypercallException>(() => grants.Map(
                [page, page], ForeignAccess.ReadOnly, new UnmapNotification(4, new EventChannelPort(3))));
            var local = 0;
            GrantCopy[] copies = [new(GrantCopyEnd.Of(page, 16), GrantCopyEnd.Of(&local), 4)];
            Assert.True(grants.Copy(copies, new GrantStatus[1]).IsSuccess);
        }

        Baseline.Check(Folder + "TracingTests.Grants.verified.txt", text.ToString());
    }

    [Fact]
    public void Registers_that_lead_nowhere_are_told_as_numbers_and_never_followed()
    {
        var random = new Random(20260401);
        var lines = new List<string>();
        var answers = new Answering();
        var traced = new TracingTransport(answers, new TraceLog(lines.Add));
        for (var i = 0; i < 5000; i++)
        {
            var hypercall = (uint)random.Next(64);
            ulong[] registers = [Value(random), Value(random), Value(random), Value(random), Value(random)];
            answers.Next = new HypercallResult(random.NextInt64(-200, 200));
            Assert.Equal(
                answers.Next,
                traced.Invoke(hypercall, registers[0], registers[1], registers[2], registers[3], registers[4]));
            Assert.Equal((hypercall, registers[4]), (answers.Hypercall, answers.LastRegister));
        }

        Assert.Equal(5000, lines.Count);
        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public void Any_bytes_in_a_buffer_are_told_and_left_as_they_are()
    {
        var random = new Random(20260402);
        var answers = new Answering();
        var traced = new TracingTransport(answers, new TraceLog(_ => { }));
        for (var i = 0; i < 5000; i++)
        {
            var size = random.Next(1, 300);
            var buffer = traced.AcquireBuffer((nuint)size);
            var bytes = new Span<byte>(buffer, size);
            random.NextBytes(bytes);

            // Numbers that exist, as often as not.
            if (size >= 8 && random.Next(2) == 0)
                new Span<uint>(buffer, 2)[0] = (uint)random.Next(100);
            if (size >= 8 && random.Next(2) == 0)
                new Span<uint>(buffer, 2)[1] = 0x15;
            var before = bytes.ToArray();
            var address = (ulong)buffer;
            traced.Invoke((uint)random.Next(64), random.Next(2) == 0 ? address : (ulong)random.Next(30), address, address);
            Assert.Equal(before, bytes.ToArray());
            fixed (byte* copy = before)
            {
                var descriptor = new xen_dm_op_buf { h = copy, size = (ulong)size };
                traced.DeviceModelOp(new DomainId(1), &descriptor, 1);
            }

            traced.ReleaseBuffer(buffer);
        }
    }

    [Fact]
    public void Device_model_operation_without_buffers_is_told()
    {
        var lines = new List<string>();
        var traced = new TracingTransport(new Answering(), new TraceLog(lines.Add));
        traced.DeviceModelOp(new DomainId(3), null, 0);
        traced.DeviceModelOp(new DomainId(3), null, 17);
        var empty = default(xen_dm_op_buf);
        traced.DeviceModelOp(new DomainId(3), &empty, 1);
        Assert.Equal(["#1 dm_op d3 buffers=0 = 0", "#2 dm_op d3 buffers=17 = 0", "#3 dm_op d3 = 0"], lines);
    }

    [Fact]
    public void Released_buffer_is_not_looked_at_again()
    {
        var lines = new List<string>();
        var traced = new TracingTransport(new Answering(), new TraceLog(lines.Add));
        var buffer = traced.AcquireBuffer(64);
        traced.ReleaseBuffer(buffer);
        traced.Invoke(XenAbi.__HYPERVISOR_domctl, (ulong)buffer);
        Assert.DoesNotContain("getdomaininfo", lines.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("&buffer", lines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Durations_are_told_only_where_asked_for()
    {
        var lines = new List<string>();
        var traced = new TracingTransport(new Answering(), new TraceLog(lines.Add, withDurations: true));
        traced.Invoke(XenAbi.__HYPERVISOR_xen_version, XenAbi.XENVER_version);
        Assert.Matches(@"^#1 xen_version version = 0 <[0-9]+\.[0-9] us>$", lines.Single());
    }

    [Fact]
    public void Logger_gets_the_lines_at_the_level_asked_for()
    {
        var logger = new Lines();
        new TracingTransport(new Answering(), new TraceLog(logger, LogLevel.Debug)).Invoke(17, 0);
        Assert.Equal([(LogLevel.Debug, "#1 xen_version version = 0")], logger.Seen);
    }

    private static ulong Value(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => (ulong)random.Next(40),
        _ => (ulong)random.NextInt64(),
    };

    private static SimulatedXen Machine()
    {
        var xen = new SimulatedXen();
        xen.CreateDomain(Session.Guest.Value, vcpus: 2, frames: 64);
        return xen;
    }

    private sealed class NoGrants : IGrantTable
    {
        public IForeignMapping Map(
            ReadOnlySpan<ForeignGrant> grants, ForeignAccess access, UnmapNotification notification = default) =>
            throw new HypercallException("gntdev MAP_GRANT_REF", XenAbi.XEN_EINVAL);

        public HypercallResult Copy(ReadOnlySpan<GrantCopy> copies, Span<GrantStatus> statuses)
        {
            statuses.Fill(GrantStatus.BadGrantReference);
            return default;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Lines : ILogger
    {
        internal List<(LogLevel Level, string Text)> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Seen.Add((logLevel, formatter(state, exception)));
    }
}
