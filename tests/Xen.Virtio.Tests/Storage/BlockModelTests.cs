using System;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage;

/// <summary>The disk against an array of bytes.</summary>
public sealed class BlockModelTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Disk_behaves_as_an_array_of_bytes(int seed)
    {
        using var bench = new BlockBench();
        var model = (byte[])bench.Content.Clone();
        var random = new Random(seed);
        bench.Driver.Start();
        for (var i = 0; i < 600; i++)
        {
            var count = random.Next(1, 40);
            var sector = random.Next(BlockBench.DefaultSectors + 8);
            var fits = sector + count <= BlockBench.DefaultSectors;
            var expected = fits ? BlockRequestStatus.Ok : BlockRequestStatus.IoError;
            var data = new byte[count * 512];
            switch (random.Next(20))
            {
                case 0:
                    bench.Driver.Start();
                    break;
                case 1:
                    Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Flush());
                    break;
                case < 10:
                    random.NextBytes(data);
                    Assert.Equal(expected, bench.Driver.Write((ulong)sector, data));
                    if (fits)
                        data.CopyTo(model, sector * 512);
                    break;
                default:
                    Assert.Equal(expected, bench.Driver.Read((ulong)sector, data));
                    if (fits)
                        Assert.Equal(model.AsSpan(sector * 512, data.Length).ToArray(), data);
                    break;
            }
        }

        Assert.Equal(model, bench.CloseImage());
    }
}
