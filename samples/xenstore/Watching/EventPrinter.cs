using System;
using System.Globalization;
using Xen.Store.Cli.Compatible;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Text;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Watching;

/// <summary>Prints events, each at once.</summary>
internal sealed class EventPrinter(CompatibleRun run, EventStream events)
{
    private readonly bool _isJson = run.Has(AddedOptions.Json);
    private readonly bool _withValues = run.Has(AddedOptions.Values);
    private readonly bool _withTimes = run.Has(AddedOptions.Timestamps);

    /// <summary>Prints one.</summary>
    /// <param name="path">The node that changed.</param>
    public void Print(string path)
    {
        var time = _withTimes ? DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : null;
        var (value, failure) = _withValues && !path.StartsWith('@') ? Read(path) : default;
        if (_isJson)
            PrintJson(path, time, value, failure);
        else
            PrintText(path, time, value, failure);
        run.Out.Flush();
    }

    private (byte[]? Value, string? Failure) Read(string path)
    {
        try
        {
            return events.Read(path) is { } value ? (value, null) : (null, "gone");
        }
        catch (XenStoreReplyException error)
        {
            return (null, error.ErrorName);
        }
    }

    private void PrintText(string path, string? time, byte[]? value, string? failure)
    {
        if (time is not null)
            run.Out.Write($"{time} ");
        run.Out.Write(path);
        if (value is not null)
        {
            run.Out.Write(" = \""u8);
            ValueText.Escape(value, run.Out);
            run.Out.Write("\""u8);
        }
        else if (failure is not null)
        {
            run.Out.Write($": {failure}");
        }

        run.Out.Write("\n"u8);
    }

    private void PrintJson(string path, string? time, byte[]? value, string? failure) => StoreJson.WriteLine(run.Out, json =>
    {
        json.WriteStartObject();
        if (time is not null)
            json.WriteString("time", time);
        json.WriteString("path", path);
        if (value is not null)
        {
            json.WritePropertyName(NodeJson.Value);
            StoreJson.WriteValue(json, value);
        }
        else if (failure is "gone")
        {
            json.WriteNull(NodeJson.Value);
        }
        else if (failure is not null)
        {
            json.WriteString("error", failure);
        }

        json.WriteEndObject();
    });
}
