using System.Collections.Generic;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <content>Takes over what a process before this one had in memory.</content>
internal sealed partial class Qcow2Image
{
    private RecoveryLog? _recovery;

    /// <summary>Makes the changes that were left, durably, and notes those that are made from now on.</summary>
    /// <remarks>
    /// Some of them may be in the file already: the process ended while it wrote its tables. A cluster that is freed is not
    /// used anew before the log is cleared, so each change is right whether or not it was made.
    /// </remarks>
    /// <param name="log">Belongs to the image from now on.</param>
    /// <param name="left">What was left in it.</param>
    public void Recover(RecoveryLog log, IReadOnlyList<RecoveryEntry> left)
    {
        lock (_allocation)
        {
            _recovery = log;
            foreach (var entry in left)
                Redo(entry);
            if (left.Count > 0)
                Commit();
        }
    }

    private void Redo(RecoveryEntry entry)
    {
        CheckRecovered(entry);
        if (_mapping.IsHalfDirty)
            WriteTables(); // without the end of a commit: the log is still needed
        switch (entry.Kind)
        {
            case RecoveryKind.L2Table:
                _refcounts!.Take((long)entry.Value >> _geometry.ClusterBits);
                _mapping.AdoptL2(entry.At, (long)entry.Value);
                break;
            case RecoveryKind.L2Entry:
                var value = new L2Entry(entry.Value);
                if (value.HostOffset != 0)
                    _refcounts!.Take(value.HostOffset >> _geometry.ClusterBits);
                _mapping.Set(entry.At, value);
                break;
            default:
                _refcounts!.FreeLater(entry.At);
                break;
        }
    }

    private void CheckRecovered(in RecoveryEntry entry)
    {
        var valid = entry.Kind switch
        {
            RecoveryKind.Free => entry.At > 0 && entry.At <= (long)(Qcow2Limits.MaxHostOffset >> _geometry.ClusterBits),
            RecoveryKind.L2Table => entry.At >= 0 && entry.At < Length
                && entry.Value is > 0 and <= Qcow2Limits.MaxHostOffset && _geometry.IsAligned(entry.Value),
            _ => entry.At >= 0 && entry.At < Length && _mapping.L2Offset(_mapping.L1EntryAt(entry.At)) != 0
                && new L2Entry(entry.Value).KindFor(_header.Version, _geometry) is not (ClusterKind.Compressed or ClusterKind.Invalid),
        };
        if (!valid)
            throw new Qcow2CorruptException("the recovery log does not fit the image: has somebody else changed it? Without the log, it is as it was at the last flush");
    }

    // Notes a change before it is made.
    private void SetEntry(long offset, L2Entry entry)
    {
        _recovery?.Add(RecoveryKind.L2Entry, offset, entry.Value);
        _mapping.Set(offset, entry);
    }

    private void FreeLater(long cluster)
    {
        _recovery?.Add(RecoveryKind.Free, cluster, 0);
        _refcounts!.FreeLater(cluster);
    }
}
