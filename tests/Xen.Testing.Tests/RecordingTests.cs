using System;
using System.IO;
using System.Text;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Recording;

namespace Xen.Testing.Tests;

/// <summary>What was recorded on a Xen is answered without one, and a departure is named.</summary>
public sealed unsafe class RecordingTests
{
    private static readonly GuestFrameNumber[] Frames = [new(62), new(63), new(64)];

    [Fact]
    public void Session_is_replayed_without_a_Xen_with_equal_results()
    {
        var found = "";
        var recording = Record(xen => found = Session.Run(xen));
        var replay = Replay.Load(new MemoryStream(recording));
        Assert.Equal(found, Session.Run(new ReplayTransport(replay)));
        replay.Finish();
        Assert.Equal(0, replay.Remaining);
        Assert.True(replay.Count >= 18);
    }

    [Fact]
    public void Recorded_session_finds_out_the_same() =>
        Assert.Equal(Session.Run(Machine()), Found(recorder => new RecordingTransport(Machine(), recorder)));

    [Fact]
    public void Changed_argument_is_named_with_its_call_and_its_field()
    {
        var replay = Replay.Load(new MemoryStream(Record(xen => Session.Run(xen))));
        var error = Assert.Throws<ReplayMismatchException>(
            () => Session.Run(new ReplayTransport(replay), firstAddress: 0xe0000000));
        Assert.Equal(12, error.Call);
        Assert.Equal(
            """
            call 12 departs from the recording:
              recorded: dm_op map_io_range_to_ioreq_server d7 0x1 0x20
              program:  dm_op map_io_range_to_ioreq_server d7 0x1 0x20
              start: recorded 0xd0000000, program 0xe0000000
              end: recorded 0xd0000fff, program 0xe0000fff
            """,
            error.Message);
    }

    [Fact]
    public void Another_call_is_named_beside_the_recorded_one()
    {
        var replay = Replay.Load(new MemoryStream(Record(xen => XenVersionOp.GetVersion(xen, out _))));
        var error = Assert.Throws<ReplayMismatchException>(
            () => MemoryOp.MaximumGfn(new ReplayTransport(replay), Session.Guest, out _));
        Assert.Contains("recorded: xen_version version", error.Message, StringComparison.Ordinal);
        Assert.Contains("program:  memory_op maximum_gpfn", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_after_the_end_and_end_before_the_last_call_are_named()
    {
        var replay = Replay.Load(new MemoryStream(Record(xen => XenVersionOp.GetVersion(xen, out _))));
        Assert.Equal(1, Assert.Throws<ReplayMismatchException>(replay.Finish).Call);
        var transport = new ReplayTransport(replay);
        XenVersionOp.GetVersion(transport, out var version);
        Assert.Equal(new XenVersion(4, 17), version);
        var error = Assert.Throws<ReplayMismatchException>(() => XenVersionOp.GetVersion(transport, out _));
        Assert.Equal(2, error.Call);
        Assert.Contains("recorded: nothing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_behind_pointers_come_back_wherever_the_buffers_are()
    {
        ulong[] found = [];
        var recording = Record(xen => found = FramesOf(xen, sparePages: 0));
        Assert.DoesNotContain(0UL, found);
        var replay = new ReplayTransport(Replay.Load(new MemoryStream(recording)));
        Assert.Equal(found, FramesOf(replay, sparePages: 3));

        static ulong[] FramesOf(IHypercallTransport xen, int sparePages)
        {
            for (var i = 0; i < sparePages; i++)
                xen.AcquireBuffer(XenPage.Size);
            var frames = new ulong[2];
            DmOp.CreateIoreqServer(xen, Session.Guest, BufferedIoreqMode.Atomic, out var id);
            MemoryOp.AcquireResource(xen, Session.Guest, ResourceType.IoreqServer, id.Value, 0, frames).OrThrow("acquire");
            return frames;
        }
    }

    [Fact]
    public void Buffers_that_pointers_in_buffers_lead_to_are_recorded_too()
    {
        var recording = Record(xen => Assert.Equal(".0-simulated", TextByMulticall(xen)));
        Assert.Equal(".0-simulated", TextByMulticall(new ReplayTransport(Replay.Load(new MemoryStream(recording)))));

        static string TextByMulticall(IHypercallTransport xen)
        {
            var text = xen.AcquireBuffer(16);
            Span<multicall_entry> calls = [new() { op = XenAbi.__HYPERVISOR_xen_version }];
            calls[0].args[0] = XenAbi.XENVER_extraversion;
            calls[0].args[1] = (ulong)text;
            Multicall.Invoke(xen, calls).OrThrow("multicall");
            var result = Encoding.ASCII.GetString(new ReadOnlySpan<byte>(text, 16)).TrimEnd('\0');
            xen.ReleaseBuffer(text);
            return result;
        }
    }

    [Fact]
    public void Capabilities_are_replayed_with_their_results_and_errors()
    {
        var stream = new MemoryStream();
        string found;
        using (var recorder = new Recorder(stream))
        {
            var xen = Machine();
            found = Use(
                new RecordingForeignMemory(xen.ForeignMemory, recorder),
                new RecordingEventChannels(xen.EventChannels, recorder));
        }

        var replay = Replay.Load(new MemoryStream(stream.ToArray()));
        Assert.Equal(found, Use(new ReplayForeignMemory(replay), new ReplayEventChannels(replay)));
        replay.Finish();

        static string Use(IForeignMemory memory, IEventChannels channels)
        {
            var errors = new int[3];
            using var mapping = memory.Map(Session.Guest, Frames, ForeignAccess.ReadOnly, errors);
            using var window = memory.OpenWindow(Session.Guest, 128, ForeignAccess.ReadWrite);
            var populated = new int[4];
            var result = window.Populate(new GuestFrameNumber(62), populated);
            var refused = Assert.Throws<HypercallException>(
                () => channels.BindInterdomain(new DomainId(99), new EventChannelPort(1)));
            var notified = channels.Notify(new EventChannelPort(12345));
            var waited = channels.Wait(new EventChannelPort[2], TimeSpan.Zero, CancellationToken.None);
            return $"{string.Join(' ', errors)} {mapping.PageCount} {result} {string.Join(' ', populated)}"
                + $" {window.Retry(new GuestFrameNumber(64))} {refused.Message} {notified} {waited}";
        }
    }

    [Fact]
    public void Recording_is_whole_at_every_call_and_a_line_that_was_cut_off_is_left_out()
    {
        var stream = new MemoryStream();
        using var recorder = new Recorder(stream);
        var xen = new RecordingTransport(Machine(), recorder);
        Assert.Equal(0, Replay.Load(new MemoryStream(stream.ToArray())).Count);
        XenVersionOp.GetVersion(xen, out _);
        Assert.Equal(1, Replay.Load(new MemoryStream(stream.ToArray())).Count);
        XenVersionOp.GetVersion(xen, out _);
        var bytes = stream.ToArray();
        var first = Array.IndexOf(bytes, (byte)'\n', Array.IndexOf(bytes, (byte)'\n') + 1);
        for (var length = first + 1; length < bytes.Length; length++)
            Assert.Equal(1, Replay.Load(new MemoryStream(bytes[..length])).Count);
    }

    [Fact]
    public void Recording_reads_as_approved() => Baseline.Check(
        "tests/Xen.Testing.Tests/Baselines/RecordingTests.Session.verified.txt",
        Encoding.UTF8.GetString(Record(xen =>
        {
            XenVersionOp.GetVersion(xen, out _);
            XenVersionText.GetExtraVersion(xen, out _);
            DmOp.GetVcpuCount(xen, Session.Guest, out _);
            MemoryOp.AcquireResource(xen, Session.Guest, ResourceType.IoreqServer, 9, 0, new ulong[1]);
        })));

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{}\n", "line 1")]
    [InlineData("[]\n", "line 1")]
    [InlineData("{\"format\":\"xen-recording\",\"version\":2}\n", "version 2")]
    [InlineData("{\"format\":\"xen-recording\",\"version\":1}\nnull\n", "line 2")]
    [InlineData("{\"format\":\"xen-recording\",\"version\":1}\n{\"n\":2,\"call\":\"reset\",\"args\":[],\"out\":[],\"result\":0}\n", "number")]
    public void What_is_no_recording_is_refused_with_the_line(string text, string expected) => Assert.Contains(
        expected,
        Assert.Throws<RecordingFormatException>(() => Replay.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""[{"size":16777217,"data":""}]""", "size")]
    [InlineData("""[{"size":-1,"data":""}]""", "size")]
    [InlineData("""[{"size":1,"data":"0102"}]""", "more data")]
    [InlineData("""[{"size":16,"data":"","pointers":[[9,0,0]]}]""", "pointer")]
    [InlineData("""[{"size":16,"data":"","pointers":[[0,1,0]]}]""", "pointer")]
    [InlineData("""[{"size":16,"data":"","pointers":[[0,0,16]]}]""", "pointer")]
    [InlineData("""[{"size":4,"data":"","pointers":[[0,0,0]]}]""", "pointer")]
    [InlineData("""[{"size":16,"data":"","pointers":[[0,0]]}]""", "three")]
    [InlineData("""[{"size":16,"data":"xy"}]""", "line 2")]
    public void Buffer_that_would_do_harm_is_refused(string input, string expected)
    {
        var text = "{\"format\":\"xen-recording\",\"version\":1}\n{\"n\":1,\"call\":\"hypercall\",\"hypercall\":17,"
            + $"\"args\":[\"0x1\",\"b0+0x0\"],\"in\":{input},\"out\":[null],\"result\":0}}\n";
        Assert.Contains(
            expected,
            Assert.Throws<RecordingFormatException>(() => Replay.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_recording_is_refused_or_replayed_without_harm()
    {
        var recording = Encoding.UTF8.GetString(Record(xen => Session.Run(xen)));
        var random = new Random(20260403);
        var (refused, departed, replayed) = (0, 0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var text = i % 2 == 0 ? TextMutation.Mutate(recording, random) : WithOtherDigits(recording, random);
            try
            {
                Session.Run(new ReplayTransport(Replay.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)))));
                replayed++;
            }
            catch (RecordingFormatException)
            {
                refused++;
            }
            catch (Exception error) when (error is ReplayMismatchException or HypercallException)
            {
                departed++;
            }
        }

        Assert.True(refused > 100 && departed > 100, $"{refused} refused, {departed} departed, {replayed} replayed");
    }

    [Fact]
    public void Damaged_recording_of_capabilities_is_refused_or_replayed_without_harm()
    {
        var stream = new MemoryStream();
        using (var recorder = new Recorder(stream))
        {
            var xen = Machine();
            Touch(
                new RecordingForeignMemory(xen.ForeignMemory, recorder),
                new RecordingEventChannels(xen.EventChannels, recorder));
        }

        var recording = Encoding.UTF8.GetString(stream.ToArray());
        var random = new Random(20260405);
        var (refused, departed, replayed) = (0, 0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var text = i % 2 == 0 ? TextMutation.Mutate(recording, random) : WithOtherDigits(recording, random);
            try
            {
                var replay = Replay.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));
                Touch(new ReplayForeignMemory(replay), new ReplayEventChannels(replay));
                replayed++;
            }
            catch (RecordingFormatException)
            {
                refused++;
            }
            catch (Exception error) when (error is ReplayMismatchException or HypercallException)
            {
                departed++;
            }
        }

        Assert.True(refused > 100 && departed > 100, $"{refused} refused, {departed} departed, {replayed} replayed");

        static void Touch(IForeignMemory memory, IEventChannels channels)
        {
            using var mapping = memory.Map(Session.Guest, Frames, ForeignAccess.ReadOnly, new int[3]);
            using (var view = mapping.OpenView())
                Assert.Equal(XenPage.Size, view.GetReadOnlySpan(0, XenPage.Size).Length);
            using var window = memory.OpenWindow(Session.Guest, 128, ForeignAccess.ReadWrite);
            window.Populate(new GuestFrameNumber(62), new int[4]);
            window.Retry(new GuestFrameNumber(64));
            channels.Notify(new EventChannelPort(12345));
            channels.Wait(new EventChannelPort[2], TimeSpan.Zero, CancellationToken.None);
        }
    }

    // Most of these are still recordings.
    private static string WithOtherDigits(string recording, Random random)
    {
        var text = recording.ToCharArray();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = Array.FindIndex(text, random.Next(text.Length - 100), char.IsAsciiDigit);
            text[at] = (char)('0' + random.Next(10));
        }

        return new string(text);
    }

    private static byte[] Record(Action<IHypercallTransport> run)
    {
        var stream = new MemoryStream();
        using (var recorder = new Recorder(stream))
            run(new RecordingTransport(Machine(), recorder));
        return stream.ToArray();
    }

    private static string Found(Func<Recorder, IHypercallTransport> make)
    {
        using var recorder = new Recorder(new MemoryStream());
        return Session.Run(make(recorder));
    }

    private static SimulatedXen Machine()
    {
        var xen = new SimulatedXen();
        xen.CreateDomain(Session.Guest.Value, vcpus: 2, frames: 64);
        return xen;
    }
}
