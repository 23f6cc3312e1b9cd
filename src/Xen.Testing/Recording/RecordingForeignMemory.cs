using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>Records which pages are mapped, and which of them are not there. What is in them is not recorded.</summary>
public sealed unsafe class RecordingForeignMemory : IForeignMemory
{
    private readonly IForeignMemory _inner;
    private readonly Recorder _recorder;

    /// <summary>Records mappings.</summary>
    /// <param name="inner">What carries the calls out; it stays the caller's.</param>
    /// <param name="recorder">Where they are written.</param>
    public RecordingForeignMemory(IForeignMemory inner, Recorder recorder)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(recorder);
        _inner = inner;
        _recorder = recorder;
    }

    /// <inheritdoc/>
    public IForeignMapping Map(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors) =>
        Map(RecordedKind.Map, isPlaced: false, null, domain, frames, access, errors);

    /// <inheritdoc/>
    public IForeignMapping MapAt(
        byte* address, DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors) =>
        Map(RecordedKind.MapAt, isPlaced: true, address, domain, frames, access, errors);

    /// <inheritdoc/>
    public IForeignMapping MapResource(DomainId domain, uint type, uint id, ulong frame, int count) => _recorder.Record(
        RecordedCalls.Capability(RecordedKind.MapResource, domain.Value, type, id, frame, (ulong)count),
        () => _inner.MapResource(domain, type, id, frame, count),
        static (_, call) => call);

    /// <inheritdoc/>
    public long GetResourceSize(DomainId domain, uint type, uint id) => _recorder.Record(
        RecordedCalls.Capability(RecordedKind.ResourceSize, domain.Value, type, id),
        () => _inner.GetResourceSize(domain, type, id),
        static (frames, call) => call with { Values = [frames] });

    /// <inheritdoc/>
    public IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access)
    {
        var window = _recorder.Record(
            RecordedCalls.Capability(RecordedKind.OpenWindow, domain.Value, frameCount, (ulong)access),
            () => _inner.OpenWindow(domain, frameCount, access),
            static (_, call) => call);
        return new RecordingForeignWindow(window, domain, _recorder);
    }

    /// <summary>The arguments of a mapping.</summary>
    internal static IEnumerable<ulong> Arguments(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access) =>
        [domain.Value, (ulong)access, .. frames.ToArray().Select(frame => frame.Value)];

    /// <summary>The errors as results.</summary>
    internal static long[] Values(ReadOnlySpan<int> errors) => [.. errors.ToArray().Select(errno => (long)errno)];

    private IForeignMapping Map(
        string kind,
        bool isPlaced,
        byte* address,
        DomainId domain,
        ReadOnlySpan<GuestFrameNumber> frames,
        ForeignAccess access,
        Span<int> errors)
    {
        var call = RecordedCalls.Capability(kind, Arguments(domain, frames, access));
        IForeignMapping mapping;
        try
        {
            mapping = isPlaced
                ? _inner.MapAt(address, domain, frames, access, errors)
                : _inner.Map(domain, frames, access, errors);
        }
        catch (HypercallException error)
        {
            _recorder.Write(call with { Error = error.Operation, Result = HypercallResult.Failure(error.Errno) });
            throw;
        }

        try
        {
            _recorder.Write(call with { Values = Values(errors) });
            return mapping;
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }
}
