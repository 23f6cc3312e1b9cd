using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>Answers for mappings from a recording: pages of zeros, or the errors that they had.</summary>
/// <remarks>
/// What the memory held is not in a recording. A call that is not the recording's next one is a
/// <see cref="ReplayMismatchException"/>.
/// </remarks>
public sealed unsafe class ReplayForeignMemory : IForeignMemory
{
    private readonly Replay _replay;

    /// <summary>Plays a recording back.</summary>
    /// <param name="replay">The recording.</param>
    public ReplayForeignMemory(Replay replay)
    {
        ArgumentNullException.ThrowIfNull(replay);
        _replay = replay;
    }

    /// <inheritdoc/>
    public IForeignMapping Map(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(errors.Length, frames.Length);
        var arguments = RecordingForeignMemory.Arguments(domain, frames, access);
        Fill(errors, _replay.Next(RecordedKind.Map, domain, frames.Length, arguments).Values);
        return new ZeroPages(frames.Length, access, errors);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a replay has no pages to put at an address.</exception>
    public IForeignMapping MapAt(
        byte* address, DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors) =>
        throw new NotSupportedException("a replay has no pages to put at an address of the caller's");

    /// <inheritdoc/>
    public IForeignMapping MapResource(DomainId domain, uint type, uint id, ulong frame, int count)
    {
        _replay.Next(RecordedKind.MapResource, domain, 0, domain.Value, type, id, frame, (ulong)count);
        return new ZeroPages(count, ForeignAccess.ReadWrite, []);
    }

    /// <inheritdoc/>
    public long GetResourceSize(DomainId domain, uint type, uint id) =>
        _replay.Next(RecordedKind.ResourceSize, domain, 1, domain.Value, type, id).Values[0];

    /// <inheritdoc/>
    public IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access)
    {
        _replay.Next(RecordedKind.OpenWindow, domain, 0, domain.Value, frameCount, (ulong)access);
        return new Window(_replay, domain, frameCount);
    }

    private static void Fill(Span<int> errors, IReadOnlyList<long> values)
    {
        for (var i = 0; i < errors.Length; i++)
            errors[i] = (int)values[i];
    }

    // What is large takes no memory before it is touched.
    // SAFETY: there is a page more than asked for, so that the pages can start at the next page boundary.
    private static byte* Allocate(ulong pages, out void* block)
    {
        block = NativeMemory.AllocZeroed((nuint)((pages + 1) * XenPage.Size));
        return (byte*)(((nuint)block + XenPage.Size - 1) & ~(nuint)(XenPage.Size - 1));
    }

    private sealed class ZeroPages : ForeignMapping
    {
        private readonly void* _block;

        internal ZeroPages(int pageCount, ForeignAccess access, ReadOnlySpan<int> errors)
            : this(Allocate((ulong)pageCount, out var block), block, pageCount, access, errors)
        {
        }

        private ZeroPages(byte* address, void* block, int pageCount, ForeignAccess access, ReadOnlySpan<int> errors)
            : base(address, pageCount, access, errors) => _block = block;

        // SAFETY: called once, when nobody has the memory any more.
        protected override void Unmap(byte* address, int pageCount) => NativeMemory.Free(_block);
    }

    private sealed class Window : IForeignWindow
    {
        private readonly Replay _replay;
        private readonly DomainId _domain;
        private readonly byte* _address;
        private void* _block;

        internal Window(Replay replay, DomainId domain, ulong frameCount)
        {
            (_replay, _domain, FrameCount) = (replay, domain, frameCount);
            _address = Allocate(frameCount, out _block);
        }

        public byte* Address
        {
            get
            {
                ObjectDisposedException.ThrowIf(_block is null, this);
                return _address;
            }
        }

        public ulong FrameCount { get; }

        public HypercallResult Populate(GuestFrameNumber first, Span<int> errors)
        {
            var count = errors.Length;
            var recorded = _replay.Next(
                RecordedKind.Populate, _domain, count, _domain.Value, first.Value, (ulong)count);
            Fill(errors, recorded.Values);
            return recorded.Result;
        }

        public int Retry(GuestFrameNumber frame) =>
            (int)_replay.Next(RecordedKind.Retry, _domain, 1, _domain.Value, frame.Value).Values[0];

        // SAFETY: the block is let go of before it is freed, and not thread-safe by the contract.
        public void Dispose()
        {
            var block = _block;
            _block = null;
            NativeMemory.Free(block);
        }
    }
}
