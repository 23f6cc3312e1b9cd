using System;
using System.Linq;
using Xen.Privcmd;
using Xen.Sys;

namespace Xen.Benchmarks.Dom0;

/// <summary>Frames of the guest, mapped and unmapped again.</summary>
internal sealed class Mappings(PrivcmdForeignMemory memory, DomainId guest, int pages)
{
    private readonly GuestFrameNumber[] _frames =
        [.. Enumerable.Range(0, pages).Select(frame => new GuestFrameNumber((ulong)frame))];

    private readonly int[] _errors = new int[pages];

    internal Turn MapAndUnmap(int repetitions) => Timed.Run(repetitions, () =>
    {
        using var mapping = memory.Map(guest, _frames, ForeignAccess.ReadWrite, _errors);
        if (_errors[0] != 0 || _errors[^1] != 0)
            throw new InvalidOperationException("the frames are not there");
    });
}
