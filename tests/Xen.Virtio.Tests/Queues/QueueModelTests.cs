using System.Collections.Generic;
using FsCheck;
using FsCheck.Fluent;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Queues;

/// <summary>
/// Driver, device and kills in any order, on any kind of queue: what the driver submitted is what the device saw, and what
/// it gave back is what the driver got, each once and in order.
/// </summary>
public sealed class QueueModelTests
{
    private const ushort Size = 8;
    private const ulong Tables = 0x10_0000;

    [Fact]
    public void Device_sees_what_was_submitted_and_driver_gets_what_was_given_back()
    {
        var property = Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ListOf(100).ToArbitrary(),
            steps =>
            {
                var model = new Model((ulong)(steps[0] % 16) << 1, steps[0] / 16 % 2 == 0);
                foreach (var step in steps)
                    model.Do(step);
                model.Finish();
            });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_261_126, 7919), property);
    }

    private sealed class Model
    {
        private readonly QueueBench _bench;
        private readonly Queue<(ushort Id, List<GuestBuffer> Buffers)> _submitted = new();
        private readonly Queue<UsedElement> _givenBack = new();
        private readonly bool _mayBeKilled;
        private ulong _nextTable = Tables;

        public Model(ulong set, bool mayBeKilled)
        {
            ulong[] bits =
            [
                VirtioFeatures.RingPacked, VirtioFeatures.IndirectDescriptors, VirtioFeatures.EventIndex,
                VirtioFeatures.InOrder,
            ];
            var features = VirtioFeatures.Version1;
            for (var i = 0; i < bits.Length; i++)
                features |= ((set >> (i + 1)) & 1) != 0 ? bits[i] : 0;
            _mayBeKilled = mayBeKilled;
            _bench = new QueueBench(features, Size, mayBeKilled ? new MemoryJournal() : null);
        }

        public void Do(int step)
        {
            var argument = step / 8;
            switch (step % 8)
            {
                case 0 or 1 or 2:
                    Submit(argument);
                    break;
                case 3 or 4:
                    Serve(isKilled: false);
                    break;
                case 5 when _mayBeKilled:
                    Serve(isKilled: argument % 2 == 0);
                    Assert.True(_bench.Restart());
                    break;
                case 6:
                    Reap();
                    break;
                default:
                    _bench.Driver.SetInterruptsWanted(argument % 2 == 0);
                    _bench.ShouldInterrupt();
                    Assert.Equal(_submitted.Count != 0, _bench.AllowNotifications());
                    break;
            }
        }

        public void Finish()
        {
            while (_submitted.Count != 0)
                Serve(isKilled: false);
            while (_givenBack.Count != 0)
                Reap();
            Assert.Equal(TakeResult.Empty, _bench.Take());
            Assert.Equal(Size, _bench.Driver.FreeDescriptors);
        }

        private void Submit(int argument)
        {
            var isIndirect = (_bench.Driver.Features & VirtioFeatures.IndirectDescriptors) != 0 && argument % 2 == 0;
            var count = 1 + (argument / 2 % (isIndirect ? 20 : Size));
            if (_bench.Driver.FreeDescriptors < (isIndirect ? 1 : count))
                return;

            var buffers = new List<GuestBuffer>();
            var readable = argument / 64 % (count + 1);
            for (var i = 0; i < count; i++)
                buffers.Add(new GuestBuffer(QueueBench.Buffer + (ulong)(argument % 999) + (ulong)i, (uint)(argument % 77), i >= readable));
            var span = buffers.ToArray();
            var id = isIndirect ? _bench.Driver.AddIndirect(_nextTable, span) : _bench.Driver.Add(span);
            _nextTable = Tables + ((_nextTable - Tables + 0x200) % 0x10_0000);
            _submitted.Enqueue((id, buffers));
        }

        // A process that is killed has taken the chain and not given it back.
        private void Serve(bool isKilled)
        {
            var result = _bench.Take();
            if (_submitted.Count == 0)
            {
                Assert.Equal(TakeResult.Empty, result);
                return;
            }

            Assert.Equal(TakeResult.Chain, result);
            var (id, buffers) = _submitted.Peek();
            Assert.Equal(id, _bench.Chain.Head);
            Assert.Equal(Segments(buffers, isWritable: false), _bench.Chain.Readable.ToArray());
            Assert.Equal(Segments(buffers, isWritable: true), _bench.Chain.Writable.ToArray());
            if (isKilled)
                return;

            _bench.Complete(_bench.Chain.WritableLength);
            _givenBack.Enqueue(new UsedElement(id, _bench.Chain.WritableLength));
            _submitted.Dequeue();
        }

        private void Reap()
        {
            var isThere = _bench.Driver.TryTakeUsed(out var used);
            Assert.Equal(_givenBack.Count != 0, isThere);
            if (isThere)
                Assert.Equal(_givenBack.Dequeue(), used);
        }

        private static List<DescriptorSegment> Segments(List<GuestBuffer> buffers, bool isWritable)
        {
            var segments = new List<DescriptorSegment>();
            foreach (var buffer in buffers)
            {
                if (buffer.DeviceWritable == isWritable && buffer.Length != 0)
                    segments.Add(new DescriptorSegment(buffer.Address, buffer.Length));
            }

            return segments;
        }
    }
}
