using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Tracing;

/// <summary>Writes every mapping that goes through it as a line of text.</summary>
/// <remarks>What is read and written in a mapping, and that it is unmapped, is not told.</remarks>
public sealed unsafe class TracingForeignMemory : IForeignMemory
{
    private const int LongestList = 8;

    private readonly IForeignMemory _inner;
    private readonly TraceLog _log;

    /// <summary>Traces mappings.</summary>
    /// <param name="inner">What carries the calls out; it stays the caller's.</param>
    /// <param name="log">Where the lines go.</param>
    public TracingForeignMemory(IForeignMemory inner, TraceLog log)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(log);
        _inner = inner;
        _log = log;
    }

    /// <inheritdoc/>
    public IForeignMapping Map(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors) =>
        Map($"foreign map d{domain} {Frames(frames)} {access}", isPlaced: false, null, domain, frames, access, errors);

    /// <inheritdoc/>
    public IForeignMapping MapAt(
        byte* address, DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors) =>
        Map($"foreign map_at d{domain} {Frames(frames)} {access}", isPlaced: true, address, domain, frames, access, errors);

    /// <inheritdoc/>
    public IForeignMapping MapResource(DomainId domain, uint type, uint id, ulong frame, int count) => _log.Trace(
        string.Create(
            CultureInfo.InvariantCulture,
            $"foreign map_resource d{domain} type={type} id={id} frame={frame} count={count}"),
        () => _inner.MapResource(domain, type, id, frame, count),
        Pages);

    /// <inheritdoc/>
    public long GetResourceSize(DomainId domain, uint type, uint id) => _log.Trace(
        string.Create(CultureInfo.InvariantCulture, $"foreign resource_size d{domain} type={type} id={id}"),
        () => _inner.GetResourceSize(domain, type, id),
        static frames => frames.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access)
    {
        var window = _log.Trace(
            string.Create(CultureInfo.InvariantCulture, $"foreign open_window d{domain} frames={frameCount} {access}"),
            () => _inner.OpenWindow(domain, frameCount, access),
            static _ => "0");
        return new TracingForeignWindow(window, domain, _log);
    }

    /// <summary>The errors of a mapping in words: how many of which.</summary>
    internal static string Errors(ReadOnlySpan<int> errors)
    {
        var groups = errors.ToArray().Where(errno => errno != 0).GroupBy(errno => errno).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{XenErrno.Name(group.Key)} x {group.Count()}"));
        var text = string.Join(", ", groups);
        return text.Length == 0 ? "" : $" ({text})";
    }

    private static string Pages(IForeignMapping mapping) =>
        mapping.PageCount.ToString(CultureInfo.InvariantCulture) + " pages";

    // As runs: 0x0-0x3ff, 0x500.
    private static string Frames(ReadOnlySpan<GuestFrameNumber> frames)
    {
        var runs = new List<string>();
        for (var i = 0; i < frames.Length && runs.Count < LongestList;)
        {
            var length = 1;
            while (i + length < frames.Length && frames[i + length].Value == frames[i].Value + (ulong)length)
                length++;
            runs.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"0x{frames[i].Value:x}{(length > 1 ? $"-0x{frames[i].Value + (ulong)length - 1:x}" : "")}"));
            i += length;
        }

        return $"gfns=[{string.Join(' ', runs)}{(runs.Count == LongestList ? " ..." : "")}]";
    }

    private IForeignMapping Map(
        string call,
        bool isPlaced,
        byte* address,
        DomainId domain,
        ReadOnlySpan<GuestFrameNumber> frames,
        ForeignAccess access,
        Span<int> errors)
    {
        var start = TraceLog.Now;
        IForeignMapping mapping;
        try
        {
            mapping = isPlaced
                ? _inner.MapAt(address, domain, frames, access, errors)
                : _inner.Map(domain, frames, access, errors);
        }
        catch (Exception error)
        {
            _log.Write(call, TraceLog.Failure(error), start);
            throw;
        }

        try
        {
            _log.Write(call, Pages(mapping) + Errors(errors), start);
            return mapping;
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }
}
