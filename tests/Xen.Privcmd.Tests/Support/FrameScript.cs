using System;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Privcmd.Tests.Support;

/// <summary>MMAPBATCH_V2 as a test scripts it: each frame has the errors that it answers, one after the other.</summary>
internal sealed unsafe class FrameScript
{
    private readonly Dictionary<ulong, Queue<int>> _errors = [];

    /// <summary>Batches that were asked for: where, and which frames.</summary>
    public List<(nint Address, ulong[] Frames)> Batches { get; } = [];

    /// <summary>What the request as a whole answers next, in place of what the frames say; 0 for what they say.</summary>
    public Queue<int> Refusals { get; } = new();

    public ushort Domain { get; private set; }

    /// <summary>Frame <paramref name="frame"/> answers these, positive, one each time, and 0 after them.</summary>
    public FrameScript Answer(ulong frame, params int[] errors)
    {
        _errors[frame] = new Queue<int>(errors);
        return this;
    }

    public HypercallResult Answer(void* argument)
    {
        var batch = (privcmd_mmapbatch_v2*)argument;
        Domain = batch->dom;
        var frames = new ReadOnlySpan<ulong>(batch->arr, (int)batch->num).ToArray();
        Batches.Add(((nint)batch->addr, frames));
        if (Refusals.TryDequeue(out var errno) && errno != 0)
            return HypercallResult.Failure(errno);

        var pagedOut = false;
        for (var i = 0; i < frames.Length; i++)
        {
            var error = _errors.TryGetValue(frames[i], out var script) && script.Count != 0 ? script.Dequeue() : 0;
            ((int*)batch->err)[i] = -error;
            pagedOut |= error == XenAbi.XEN_ENOENT;
        }

        return pagedOut ? HypercallResult.Failure(XenAbi.XEN_ENOENT) : default;
    }
}
