using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using VirtioHosting;
using Xen.DeviceModel;

namespace VirtioText;

/// <summary>
/// What of the host a guest gets, as a list that users write: an option of <c>serve</c> for devices that say nothing, one of
/// <c>attach</c>, and the key that it writes.
/// </summary>
/// <param name="key">The key of the back end's directory.</param>
/// <param name="question">What is asked for: <c>which lines the guest gets</c>.</param>
/// <param name="example">A list.</param>
/// <param name="read">Reads a list.</param>
internal sealed class ListOption<T>(string key, string question, string example, ListOption<T>.Reader read)
    where T : class
{
    internal const string Long = "--device-list";
    internal const string Short = "-l";

    private T? _default;

    /// <summary>Reads a list.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="list">The list.</param>
    /// <param name="complaint">What is wrong with it; empty if nothing is.</param>
    internal delegate bool Reader(string text, out T list, out string complaint);

    /// <summary>The option of <c>serve</c>.</summary>
    internal required Option<T?> Serve { get; init; }

    /// <summary>The option of <c>attach</c>.</summary>
    internal required Option<T?> Attach { get; init; }

    /// <summary>Makes one of the options.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="alias">Another name; null for none.</param>
    /// <param name="form">How a list is written.</param>
    /// <param name="description">What the option is for, and what the words of a list mean.</param>
    /// <param name="read">Reads a list.</param>
    internal static Option<T?> Create(string name, string? alias, string form, string description, Reader read) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = form,
            CustomParser = argument =>
            {
                if (read(argument.Tokens[0].Value, out var list, out var complaint))
                    return list;
                argument.AddError($"{name}: {complaint}");
                return null;
            },
        };

    /// <summary>Takes over what <c>serve</c> was given.</summary>
    internal void Configure(ParseResult serve) => _default = serve.GetValue(Serve);

    /// <summary>What <c>list</c> shows of a device.</summary>
    internal string Describe(Func<string, string?> keys) => keys(key) ?? $"as serve {Serve.Name} says";

    /// <summary>The keys of a list.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> KeysOf(T list) => [new(key, list.ToString()!)];

    /// <summary>The list of a device.</summary>
    /// <exception cref="UsageException">Its key is no list.</exception>
    /// <exception cref="IOException">It has no key, and <c>serve</c> no option.</exception>
    internal T Of(BackendDevice device)
    {
        if (device[key] is not { } text)
        {
            // Not a UsageException: a guest that has the device already waits until serve has the option again.
            return _default ?? throw new IOException(
                $"the device has no key '{key}', and serve has no {Serve.Name}: say {question}; example: {example}");
        }

        return read(text, out var list, out var complaint)
            ? list
            : throw new UsageException($"key '{key}': {complaint}");
    }
}
