using System.Collections.Generic;

namespace Xen.Virtio.Tests.Support;

/// <summary>
/// What a driver may read that has several requests under way: of each sector, what was written last, or by any write that
/// was under way at the same time as it, or as the read.
/// </summary>
internal sealed class ConcurrentDiskModel
{
    private readonly List<Write>[] _writes;
    private long _now;

    public ConcurrentDiskModel(int sectors)
    {
        _writes = new List<Write>[sectors];
        for (var i = 0; i < sectors; i++)
            _writes[i] = [new Write(0, 0, 1)];
        _now = 1;
    }

    /// <summary>A moment, later than all before.</summary>
    public long Tick() => ++_now;

    /// <summary>A write has been submitted, of a value that no other has.</summary>
    public void Begin(int sector, ulong value, long submitted) =>
        _writes[sector].Add(new Write(value, submitted, long.MaxValue));

    /// <summary>It has been answered.</summary>
    public void End(int sector, ulong value, long answered)
    {
        var list = _writes[sector];
        var index = list.FindIndex(write => write.Value == value);
        list[index] = list[index] with { Answered = answered };
    }

    /// <summary>Whether a read that is answered now may find a value.</summary>
    public bool MayRead(int sector, ulong value, long submitted)
    {
        var found = _writes[sector].Find(write => write.Value == value);
        return found is not null && !_writes[sector].Exists(
            write => found.Answered < write.Submitted && write.Answered < submitted);
    }

    private sealed record Write(ulong Value, long Submitted, long Answered);
}
