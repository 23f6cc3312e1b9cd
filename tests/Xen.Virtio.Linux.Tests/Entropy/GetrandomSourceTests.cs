using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Virtio.Linux.Entropy;

namespace Xen.Virtio.Linux.Tests.Entropy;

/// <summary>Random bytes of the kernel.</summary>
public sealed class GetrandomSourceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65536)]
    public void All_of_the_span_is_filled(int length)
    {
        // A byte that stays 0 in 20 fills is one that is not written: by chance once in 2^140 runs for the longest.
        var seen = new byte[length];
        var bytes = new byte[length + 2];
        for (var i = 0; i < 20; i++)
        {
            GetrandomSource.Instance.Fill(bytes.AsSpan(1, length));
            for (var j = 0; j < length; j++)
                seen[j] |= bytes[1 + j];
        }

        Assert.DoesNotContain((byte)0, seen);
        Assert.Equal((0, 0), (bytes[0], bytes[^1]));
    }

    [Fact]
    public void Nothing_is_asked_for_nothing()
    {
        var source = new GetrandomSource(_ => throw new InvalidOperationException());
        source.Fill([]);
    }

    [Fact]
    public void Call_that_is_cut_short_or_interrupted_goes_on()
    {
        var answers = new Queue<int>([-4, 256, -4, -4, 1, 700, 43]);
        var asked = new List<int>();
        var value = (byte)0;
        var source = new GetrandomSource(span =>
        {
            asked.Add(span.Length);
            var answer = answers.Dequeue();
            if (answer > 0)
                span[..answer].Fill(++value);
            return answer;
        });
        var bytes = new byte[1000];
        source.Fill(bytes);
        Assert.Equal([1000, 1000, 744, 744, 744, 743, 43], asked);
        Assert.Equal([256, 1, 700, 43], bytes.GroupBy(b => b).Select(g => g.Count()));
    }

    [Theory]
    [InlineData(-38)]
    [InlineData(-1)]
    [InlineData(-11)]
    [InlineData(0)]
    [InlineData(2000)]
    public void Kernel_without_the_call_is_replaced(int answer)
    {
        var calls = 0;
        var source = new GetrandomSource(span =>
        {
            if (calls++ != 0)
                return answer;
            span[..500].Fill(1);
            return 500;
        });
        var bytes = new byte[1000];
        source.Fill(bytes);
        Assert.Equal(2, calls);
        Assert.All(bytes[..500], b => Assert.Equal(1, b));
        Assert.True(bytes[500..].Distinct().Count() > 50);
    }

    [Fact]
    public void Memory_that_is_gone_is_left_alone()
    {
        var source = new GetrandomSource(_ => -14);
        var bytes = new byte[10];
        source.Fill(bytes);
        Assert.Equal(new byte[10], bytes);
    }

    [Fact]
    public void Filling_allocates_nothing()
    {
        var bytes = new byte[512];
        GetrandomSource.Instance.Fill(bytes);
        Assert.Equal(0, Allocation.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
                GetrandomSource.Instance.Fill(bytes);
        }));
    }
}
