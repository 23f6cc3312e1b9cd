using System;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Tests.Support;

/// <summary>A journal that outlives queues; it can be told to have the process killed before a save.</summary>
internal sealed class MemoryJournal : IQueueJournal
{
    private ulong? _bits;

    /// <summary>How many saves succeed before one does not; negative: all.</summary>
    public int SavesUntilKilled { get; set; } = -1;

    /// <summary>Whether the save that does not succeed is done all the same, and the process killed behind it.</summary>
    public bool DiesAfterSave { get; set; }

    /// <summary>How often the position was forgotten.</summary>
    public int Clears { get; private set; }

    public bool TryLoad(out QueuePosition position)
    {
        position = QueuePosition.FromBits(_bits ?? 0);
        return _bits is not null;
    }

    public void Save(in QueuePosition position)
    {
        if (SavesUntilKilled == 0)
        {
            if (DiesAfterSave)
                _bits = position.ToBits();
            throw new KilledException();
        }

        if (SavesUntilKilled > 0)
            SavesUntilKilled--;
        _bits = position.ToBits();
    }

    public void Clear()
    {
        Clears++;
        _bits = null;
    }
}

/// <summary>The process ends here.</summary>
internal sealed class KilledException : Exception;
