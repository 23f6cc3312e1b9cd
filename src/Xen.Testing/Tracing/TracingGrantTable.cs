using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Tracing;

/// <summary>Writes every use of granted pages as a line of text.</summary>
public sealed class TracingGrantTable : IGrantTable
{
    private const int LongestList = 8;

    private readonly IGrantTable _inner;
    private readonly TraceLog _log;

    /// <summary>Traces a grant table.</summary>
    /// <param name="inner">What carries the calls out; disposed of with this.</param>
    /// <param name="log">Where the lines go.</param>
    public TracingGrantTable(IGrantTable inner, TraceLog log)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(log);
        _inner = inner;
        _log = log;
    }

    /// <inheritdoc/>
    public IForeignMapping Map(
        ReadOnlySpan<ForeignGrant> grants, ForeignAccess access, UnmapNotification notification = default)
    {
        var call = $"grant map {List(grants)} {access}{Notification(notification)}";
        var start = TraceLog.Now;
        IForeignMapping mapping;
        try
        {
            mapping = _inner.Map(grants, access, notification);
        }
        catch (Exception error)
        {
            _log.Write(call, TraceLog.Failure(error), start);
            throw;
        }

        _log.Write(call, mapping.PageCount.ToString(CultureInfo.InvariantCulture) + " pages", start);
        return mapping;
    }

    /// <inheritdoc/>
    public HypercallResult Copy(ReadOnlySpan<GrantCopy> copies, Span<GrantStatus> statuses)
    {
        var call = "grant copy " + List(copies);
        var start = TraceLog.Now;
        HypercallResult result;
        try
        {
            result = _inner.Copy(copies, statuses);
        }
        catch (Exception error)
        {
            _log.Write(call, TraceLog.Failure(error), start);
            throw;
        }

        var outcome = TraceLog.Result(result);
        if (result.IsSuccess)
        {
            var names = statuses[..Math.Min(statuses.Length, LongestList)].ToArray().Select(status => status.Name());
            outcome += $" [{string.Join(' ', names)}{(statuses.Length > LongestList ? " ..." : "")}]";
        }

        _log.Write(call, outcome, start);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var start = TraceLog.Now;
        _inner.Dispose();
        _log.Write("grant close", "0", start);
    }

    private static string List(ReadOnlySpan<ForeignGrant> grants) => List(grants, static grant => Grant(grant));

    private static string List(ReadOnlySpan<GrantCopy> copies) => List(copies, static copy => string.Create(
        CultureInfo.InvariantCulture, $"{End(copy.Source)}>{End(copy.Destination)}:{copy.Length}"));

    private static string List<T>(ReadOnlySpan<T> items, Func<T, string> describe)
    {
        IEnumerable<string> texts = items[..Math.Min(items.Length, LongestList)].ToArray().Select(describe);
        return $"[{string.Join(' ', texts)}{(items.Length > LongestList ? " ..." : "")}]";
    }

    private static string Grant(ForeignGrant grant) => $"d{grant.Domain}:{grant.Reference}";

    // Memory of this process is elsewhere in every run.
    private static string End(GrantCopyEnd end) => end.Grant is { } grant
        ? string.Create(CultureInfo.InvariantCulture, $"{Grant(grant)}+{end.Offset}")
        : "local";

    private static string Notification(UnmapNotification notification)
    {
        var text = notification.ClearedByte is { } offset
            ? string.Create(CultureInfo.InvariantCulture, $" clear={offset}")
            : "";
        return notification.Port is { } port ? $"{text} signal={port}" : text;
    }
}
