using System;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>A window whose populations are recorded.</summary>
internal sealed unsafe class RecordingForeignWindow(IForeignWindow inner, DomainId domain, Recorder recorder) : IForeignWindow
{
    public byte* Address => inner.Address;

    public ulong FrameCount => inner.FrameCount;

    public HypercallResult Populate(GuestFrameNumber first, Span<int> errors)
    {
        var result = inner.Populate(first, errors);
        var call = RecordedCalls.Capability(RecordedKind.Populate, domain.Value, first.Value, (ulong)errors.Length);
        recorder.Write(call with { Result = result, Values = RecordingForeignMemory.Values(errors) });
        return result;
    }

    public int Retry(GuestFrameNumber frame)
    {
        var errno = inner.Retry(frame);
        recorder.Write(RecordedCalls.Capability(RecordedKind.Retry, domain.Value, frame.Value) with { Values = [errno] });
        return errno;
    }

    public void Dispose() => inner.Dispose();
}
