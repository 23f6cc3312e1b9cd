using System;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

public sealed class NbdCoverageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Coverage_is_a_set_of_bytes_in_which_none_is_twice(int seed)
    {
        const int Length = 300;
        var random = new Random(seed);
        var coverage = new NbdCoverage();
        for (var round = 0; round < 100; round++)
        {
            coverage.Clear();
            var model = new bool[Length];
            for (var i = 0; i < 400; i++)
            {
                var start = random.Next(Length);
                var length = random.Next(1, Math.Min(Length - start, 1 + random.Next(40)) + 1);
                var part = model.AsSpan(start, length);
                Assert.Equal(!part.Contains(true), coverage.TryAdd(start, length));
                if (!part.Contains(true))
                    part.Fill(true);
                Assert.Equal(!model.AsSpan().Contains(false), coverage.Covers(Length));
            }
        }
    }

    [Fact]
    public void Too_many_runs_are_refused_and_runs_that_meet_are_one()
    {
        var coverage = new NbdCoverage();
        for (var i = 0; i < 256; i++)
            Assert.True(coverage.TryAdd(2 * i, 1));
        Assert.False(coverage.TryAdd(1000, 1));
        for (var i = 0; i < 256; i++)
            Assert.True(coverage.TryAdd((2 * i) + 1, 1));
        Assert.True(coverage.Covers(512));
    }
}
