using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TestSupport;

/// <summary>What the real daemons answer, as transcript.txt has it, and its comparison with what a store answers.</summary>
internal static class StoreTranscript
{
    private static readonly string[] Operations =
    [
        "CONTROL", "DIRECTORY", "READ", "GET_PERMS", "WATCH", "UNWATCH", "TRANSACTION_START", "TRANSACTION_END",
        "INTRODUCE", "RELEASE", "GET_DOMAIN_PATH", "WRITE", "MKDIR", "RM", "SET_PERMS", "WATCH_EVENT", "ERROR",
        "IS_DOMAIN_INTRODUCED", "RESUME", "SET_TARGET", "RESTRICT", "RESET_WATCHES", "DIRECTORY_PART",
    ];

    private static readonly Lazy<Dictionary<string, string[]>> All = new(Load);

    public static IEnumerable<string> Sections => All.Value.Keys;

    /// <summary>Plays a section against an empty store, and says where that one is not as <paramref name="kind"/> is.</summary>
    /// <param name="section">Its name.</param>
    /// <param name="kind">The daemon that the store must agree with.</param>
    /// <param name="makeDomain">Makes a domain and introduces it.</param>
    /// <param name="connect">Gives a connection by its name; that of a domain is its number.</param>
    public static IReadOnlyList<string> Differences(
        string section, DaemonKind kind, Action<int> makeDomain, Func<string, RawStore> connect)
    {
        var connections = new Dictionary<string, RawStore>();
        var differences = new List<string>();
        foreach (string line in All.Value[section])
        {
            if (line.StartsWith("domain ", StringComparison.Ordinal))
            {
                makeDomain(int.Parse(line.AsSpan(7), provider: null));
                continue;
            }

            int equals = line.LastIndexOf(" =", StringComparison.Ordinal);
            string[] words = line[..equals].Split(' ', 3);
            if (!connections.TryGetValue(words[0], out RawStore? store))
                connections.Add(words[0], store = connect(words[0]));
            string expected = For(kind, line[(equals + 2)..].Trim());
            string actual = words[1] == "events" ? Events(store) : Answer(store, words[1], words[2]);
            if (actual != expected)
                differences.Add($"{line[..equals]} = {actual}, not {expected}");
        }

        return differences;
    }

    private static Dictionary<string, string[]> Load()
    {
        string text = File.ReadAllText(RepositoryRoot.Combine("tests", "daemons", "transcript.txt"));
        return text.Split("\n== ").Skip(1).Select(part => part.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(lines => lines[0], lines => lines[1..]);
    }

    // "C: x | OCaml: y", or what is the same for all.
    private static string For(DaemonKind kind, string expected)
    {
        foreach (string part in expected.Split('|', StringSplitOptions.TrimEntries))
        {
            int colon = part.IndexOf(':', StringComparison.Ordinal);
            string[] kinds = colon < 0 ? [] : part[..colon].Split(',');
            if (kinds.Any(name => $"{kind}" == name || $"{kind}"[..^3] == name))
                return part[(colon + 1)..].Trim();
        }

        return expected;
    }

    private static string Answer(RawStore store, string request, string payload)
    {
        string[] parts = request.Split('@');
        uint type = uint.TryParse(parts[0], out uint number) ? number : (uint)Array.IndexOf(Operations, parts[0]);
        uint transaction = parts.Length > 1 ? uint.Parse(parts[1], provider: null) : 0;
        RawReply reply = store.Ask(type, payload.Replace("\\0", "\0", StringComparison.Ordinal), transaction);
        return (reply.IsError ? "!" : "") + reply.Text.Replace("\0", "\\0", StringComparison.Ordinal);
    }

    private static string Events(RawStore store) =>
        string.Join(", ", store.TakeEvents().Select(one => $"{one.Path} {one.Token}".TrimEnd()));
}
