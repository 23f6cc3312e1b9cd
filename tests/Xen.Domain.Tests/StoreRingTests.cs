using System;
using System.Collections.Generic;
using Xen.Domain.Tests.Support;
using Xen.Sys;

namespace Xen.Domain.Tests;

/// <summary>XenStore's ring gives what was put in, in order, and trusts no index of the daemon's.</summary>
// SAFETY: the page is the machine's until it is disposed of, and places are taken modulo the size.
public sealed unsafe class StoreRingTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue - 500)]
    public void Bytes_come_out_as_they_went_in(uint start)
    {
        var page = _machine.Store;
        (page->req_prod, page->req_cons, page->rsp_prod, page->rsp_cons) = (start, start, start, start);
        var ring = new StoreRing(page);
        var random = new Random(20_261_202);
        var (requests, answers) = (new Queue<byte>(), new Queue<byte>());
        var bytes = new byte[1500];
        for (var i = 0; i < 20_000; i++)
        {
            var piece = bytes.AsSpan(0, random.Next(random.Next(2) == 0 ? 20 : bytes.Length));
            random.NextBytes(piece);
            switch (random.Next(4))
            {
                case 0:
                    Assert.True(ring.Write(piece, out var written));
                    Assert.Equal(Math.Min(piece.Length, StoreRing.Size - requests.Count), written);
                    foreach (var value in piece[..written])
                        requests.Enqueue(value);
                    break;
                case 1:
                    for (var count = random.Next(requests.Count + 1); count > 0; count--)
                        Assert.Equal(requests.Dequeue(), ((byte*)&page->req)[page->req_cons++ % StoreRing.Size]);
                    break;
                case 2:
                    for (var j = 0; j < piece.Length && answers.Count < StoreRing.Size; j++)
                    {
                        ((byte*)&page->rsp)[page->rsp_prod++ % StoreRing.Size] = piece[j];
                        answers.Enqueue(piece[j]);
                    }

                    break;
                default:
                    Assert.True(ring.Read(piece, out var taken));
                    Assert.Equal(Math.Min(piece.Length, answers.Count), taken);
                    foreach (var value in piece[..taken])
                        Assert.Equal(answers.Dequeue(), value);
                    break;
            }
        }
    }

    [Fact]
    public void Impossible_index_is_noticed_and_nothing_is_written_beside_the_ring()
    {
        var page = _machine.Store;
        var random = new Random(20_261_203);
        var ring = new StoreRing(page);
        var behind = new Span<byte>(
            (byte*)page + sizeof(xenstore_domain_interface), XenPage.Size - sizeof(xenstore_domain_interface));
        behind.Fill(0x5a);
        var bytes = new byte[1500];
        var refused = 0;
        for (var i = 0; i < 100_000; i++)
        {
            page->req_cons = (uint)random.NextInt64(0, 1L << 32) >> random.Next(32);
            page->rsp_prod = (uint)random.NextInt64(0, 1L << 32) >> random.Next(32);
            (page->req_prod, page->rsp_cons) = ((uint)random.Next(), (uint)random.Next());
            var isWritten = ring.Write(bytes.AsSpan(0, random.Next(bytes.Length)), out var written);
            var isRead = ring.Read(bytes.AsSpan(0, random.Next(bytes.Length)), out var taken);
            Assert.InRange(written, 0, isWritten ? StoreRing.Size : 0);
            Assert.InRange(taken, 0, isRead ? StoreRing.Size : 0);
            refused += isWritten && isRead ? 0 : 1;
        }

        Assert.True(refused > 1000);
        Assert.Equal(-1, behind.IndexOfAnyExcept((byte)0x5a));
        Assert.Equal(0u, page->server_features | page->connection | page->error);
    }
}
