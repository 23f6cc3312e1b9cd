using System;
using System.IO;
using Xen.Sys;
using Xen.Testing.Recording;
using Xen.Testing.Tracing;

namespace Xen.Testing.Tests;

/// <summary>Decorators of foreign memory pass on what they were asked, and keep nothing that they cannot write down.</summary>
public sealed unsafe class PlacedMappingTests
{
    private readonly Inner _inner = new();

    [Fact]
    public void Mapping_at_address_0_stays_one_at_an_address()
    {
        using var recorder = new Recorder(new MemoryStream());
        new TracingForeignMemory(_inner, new TraceLog(TextWriter.Null)).MapAt(null, default, [], default, []);
        new RecordingForeignMemory(_inner, recorder).MapAt(null, default, [], default, []);
        Assert.Equal((2, 0), (_inner.Placed, _inner.Unplaced));
        new TracingForeignMemory(_inner, new TraceLog(TextWriter.Null)).Map(default, [], default, []);
        new RecordingForeignMemory(_inner, recorder).Map(default, [], default, []);
        Assert.Equal((2, 2), (_inner.Placed, _inner.Unplaced));
    }

    [Fact]
    public void Mapping_that_cannot_be_written_down_is_unmapped()
    {
        var full = new MemoryStream();
        var recorder = new Recorder(full);
        var recording = new RecordingForeignMemory(_inner, recorder);
        full.Dispose();
        Assert.Throws<ObjectDisposedException>(() => recording.Map(default, [], default, []));
        Assert.Throws<ObjectDisposedException>(() => recording.MapResource(default, 0, 0, 0, 0));
        var writer = new StringWriter();
        writer.Dispose();
        var tracing = new TracingForeignMemory(_inner, new TraceLog(writer));
        Assert.Throws<ObjectDisposedException>(() => tracing.Map(default, [], default, []));
        Assert.Throws<ObjectDisposedException>(() => tracing.MapResource(default, 0, 0, 0, 0));
        Assert.Equal(4, _inner.Ended);
    }

    private sealed class Inner : IForeignMemory
    {
        internal int Placed { get; private set; }

        internal int Unplaced { get; private set; }

        internal int Ended { get; private set; }

        public IForeignMapping Map(
            DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
        {
            Unplaced++;
            return new Mapping(this);
        }

        public IForeignMapping MapAt(
            byte* address, DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
        {
            Placed++;
            return new Mapping(this);
        }

        public IForeignMapping MapResource(DomainId domain, uint type, uint id, ulong frame, int count) =>
            new Mapping(this);

        public long GetResourceSize(DomainId domain, uint type, uint id) => 0;

        public IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access) =>
            throw new NotSupportedException();

        private sealed class Mapping(Inner inner) : IForeignMapping
        {
            public byte* Address => null;

            public int PageCount => 0;

            public ForeignAccess Access => default;

            public int GetError(int page) => 0;

            public ForeignView OpenView() => throw new NotSupportedException();

            public void Dispose() => inner.Ended++;
        }
    }
}
