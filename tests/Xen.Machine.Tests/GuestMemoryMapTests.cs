using System;
using System.Threading;
using System.Threading.Tasks;

namespace Xen.Machine.Tests;

public sealed class GuestMemoryMapTests
{
    [Fact]
    public void Retired_map_is_released_when_its_last_view_ends()
    {
        var map = new CountingMap();
        Assert.True(map.TryPin());
        var view = new GuestMemoryView(map);
        map.Retire();
        map.Retire();
        Assert.Equal(0, map.Releases);
        view.Dispose();
        Assert.Equal(1, map.Releases);
    }

    [Fact]
    public void Released_map_cannot_be_pinned()
    {
        var map = new CountingMap();
        map.Retire();
        Assert.Equal(1, map.Releases);
        Assert.False(map.TryPin());
    }

    [Fact]
    public void Map_that_is_used_once_more_is_released_once_more()
    {
        var map = new CountingMap();
        map.Retire();
        map.UseOnceMore();
        Assert.True(map.TryPin());
        map.Retire();
        Assert.Equal(1, map.Releases);
        map.Unpin();
        Assert.Equal(2, map.Releases);
    }

    [Fact]
    public void Empty_view_reaches_nothing()
    {
        using var view = default(GuestMemoryView);
        Assert.False(view.TryGetSpan(0, 1, GuestAccess.Read, out _));
    }

    [Fact]
    public async Task Release_happens_once_however_threads_race()
    {
        for (var round = 0; round < 200; round++)
        {
            var map = new CountingMap();
            using var start = new Barrier(4);
            var racers = new Task[4];
            for (var i = 0; i < racers.Length; i++)
            {
                var retires = i == 0;
                racers[i] = Task.Run(
                    () =>
                    {
                        start.SignalAndWait();
                        if (retires)
                            map.Retire();
                        else if (map.TryPin())
                            map.Unpin();
                    },
                    TestContext.Current.CancellationToken);
            }

            await Task.WhenAll(racers);
            Assert.Equal(1, map.Releases);
        }
    }

    private sealed class CountingMap : GuestMemoryMap
    {
        private int _releases;

        internal int Releases => _releases;

        public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
        {
            span = default;
            return false;
        }

        internal void UseOnceMore() => Reuse();

        protected override void Release() => Interlocked.Increment(ref _releases);
    }
}
