using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Sys;
using Xen.Virtio.Queues;

namespace VirtioHosting.Tests;

/// <summary>What outlives the daemon: written whole or not at all, and never believed blindly.</summary>
public sealed class StateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Position_is_what_was_saved()
    {
        var random = new Random(1);
        for (var round = 0; round < 10000; round++)
        {
            var position = new QueuePosition(
                (ushort)random.Next(65536), random.Next(2) == 1, (ushort)random.Next(65536), random.Next(2) == 1)
            {
                Begun = (byte)random.Next(QueuePosition.MaxBegun + 1),
            };
            Assert.True(PositionWord.TryParse(PositionWord.Format(position), out var parsed));
            Assert.Equal(position, parsed);
        }
    }

    [Fact]
    public void Word_with_any_bit_flipped_is_no_position()
    {
        var random = new Random(2);
        for (var round = 0; round < 1000; round++)
        {
            var word = PositionWord.Format(QueuePosition.FromBits((ulong)random.NextInt64(1L << 40)));
            for (var bit = 0; bit < 64; bit++)
                Assert.False(PositionWord.TryParse(word ^ (1UL << bit), out _));
        }

        Assert.False(PositionWord.TryParse(0, out _));
        Assert.False(PositionWord.TryParse(ulong.MaxValue, out _));
    }

    [Fact]
    public void Journal_outlives_its_process_and_belongs_to_its_queue()
    {
        var path = _folder["queues"];
        using (var first = JournalFile.Open(path, 3))
        {
            Assert.False(first.Queues[0].TryLoad(out _));
            first.Queues[1].Save(new QueuePosition(7, false, 6, false));
            first.Queues[2].Save(new QueuePosition(8, true, 9, true));
            first.Queues[2].Clear();
            // Another process, which does not wait for the first one to close anything.
            using var second = JournalFile.Open(path, 3);
            Assert.True(second.Queues[1].TryLoad(out var position));
            Assert.Equal(new QueuePosition(7, false, 6, false), position);
            Assert.False(second.Queues[0].TryLoad(out _));
            Assert.False(second.Queues[2].TryLoad(out _));
        }

        using var other = JournalFile.Open(path, 2);
        Assert.False(other.Queues[1].TryLoad(out _));
    }

    [Fact]
    public void Devices_of_two_kinds_with_one_number_have_two_directories()
    {
        var state = new GuestState(_folder["guest"]);
        Assert.Equal(_folder["guest/3"], state.Device(new BackendDeviceId("virtio_disk", new DomainId(5), 3)));
        Assert.Equal(_folder["guest/virtio-3"], state.Device(new BackendDeviceId("virtio", new DomainId(5), 3)));
    }

    [Fact]
    public void State_file_is_whole_or_nothing()
    {
        var path = _folder["state"];
        Assert.Null(StateFile.TryRead(path));
        byte[] payload = [1, 2, 3];
        StateFile.Write(path, [9]);
        StateFile.Write(path, payload);
        Assert.Equal(payload, StateFile.TryRead(path));
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Null(StateFile.TryRead(path));
        }

        for (var place = 0; place < whole.Length; place++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[place] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.Null(StateFile.TryRead(path));
        }

        Directory.CreateDirectory(_folder["directory"]);
        Assert.Null(StateFile.TryRead(_folder["directory"]));
    }

    [Fact]
    public void Keeper_writes_every_change_and_the_last_one_last()
    {
        var part = new Part();
        var path = _folder["part"];
        using (StateKeeper.Begin(part, path, mayRestore: true, NullLogger.Instance))
        {
            Parallel.For(0, 200, _ => part.Increment());
            Assert.Equal(200, BitConverter.ToInt32(StateFile.TryRead(path)));
        }

        part.Increment();
        Assert.Equal(200, BitConverter.ToInt32(StateFile.TryRead(path)));
        var next = new Part();
        using var keeper = StateKeeper.Begin(next, path, mayRestore: true, NullLogger.Instance);
        Assert.Equal(200, next.Value);
    }

    [Fact]
    public void Keeper_that_cannot_write_does_not_stop_the_guest()
    {
        var part = new Part();
        using var keeper = StateKeeper.Begin(part, _folder["no/such/folder"], mayRestore: true, NullLogger.Instance);
        part.Increment();
        Assert.Equal(1, part.Value);
    }

    [Theory]
    [InlineData("/vm/0f1e2d3c-0000-0000-0000-000000000001", "5-0f1e2d3c-0000-0000-0000-000000000001")]
    [InlineData("", "5-none")]
    [InlineData("../../etc", "5-etc")]
    [InlineData("/vm/..", "5-__")]
    [InlineData("a\0b", "5-a_b")]
    public void Directory_of_a_guest_is_in_the_daemons(string incarnation, string name)
    {
        using var directory = RunDirectory.Open(_folder["run"], "virtio-test");
        Assert.Equal(Path.Combine(_folder["run"], name), directory.Guest(new DomainId(5), incarnation).Path);
    }

    [Fact]
    public void Directory_of_a_daemon_is_locked_while_it_runs()
    {
        using (RunDirectory.Open(_folder["run"], "virtio-test"))
            Assert.Equal(ExitCode.Failure, Assert.Throws<ToolException>(() => RunDirectory.Open(_folder["run"], "virtio-test")).Code);
        RunDirectory.Open(_folder["run"], "virtio-test").Dispose();
    }

    private sealed class Part : ISavedState
    {
        private int _value;

        public event EventHandler? StateChanged;

        public int Value => Volatile.Read(ref _value);

        public void Increment()
        {
            Interlocked.Increment(ref _value);
            StateChanged?.Invoke(this, EventArgs.Empty);
        }

        public byte[] SaveState() => BitConverter.GetBytes(Value);

        public bool TryRestoreState(ReadOnlySpan<byte> state)
        {
            _value = BitConverter.ToInt32(state);
            return true;
        }
    }
}
