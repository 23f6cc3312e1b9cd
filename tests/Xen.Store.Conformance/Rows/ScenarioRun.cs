using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Xen.Store.Conformance.Targets;
using Xen.Store.Protocol;

namespace Xen.Store.Conformance.Rows;

/// <summary>Takes a store through the rows of a scenario.</summary>
internal sealed partial class ScenarioRun(StoreTarget target)
{
    // What follows instead of a reply.
    private const string Closed = "closed";
    private const string TooLong = "too long";
    private const string Nothing = "nothing";

    private static readonly TimeSpan TimeForNothing = TimeSpan.FromMilliseconds(200);

    // An event channel is not in order with what comes through a socket, so a daemon may look at a domain a little later.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Peer> _peers = [];
    private readonly Dictionary<string, uint> _transactions = [];

    /// <summary>Does what a row says.</summary>
    /// <param name="row">The row.</param>
    /// <param name="expected">What should follow; what is said of a domain is waited for.</param>
    /// <returns>What follows, in the form of the row.</returns>
    internal string Do(Row row, string expected)
    {
        var words = row.Action.Split(' ', 3);
        TimeSpan? limit = expected == Nothing ? TimeForNothing : null;
        var reply = words[0] switch
        {
            "make" => Make(words[1]),
            "introduce" => Introduce(words[1]),
            "shutdown" => Change(target.Shutdown, words[1]),
            "destroy" => Change(target.Destroy, words[1]),
            "close" => Close(words[1]),
            "raw" => SendRaw(words[1], words[2], limit),
            _ => Ask(words[0], words[1], words.Length > 2 ? words[2] : "", limit),
        };
        var start = DateTime.UtcNow;
        var events = new List<string>();
        while (true)
        {
            events.AddRange(TakeEvents());
            var result = string.Join(" ; ", events.Order(StringComparer.Ordinal).Prepend(reply)).Trim();
            if (Matches(result, expected) || words[0] is not ("shutdown" or "destroy") || DateTime.UtcNow - start > Patience)
                return result;
            Thread.Sleep(1);
        }
    }

    /// <summary>Whether what follows is what should.</summary>
    internal static bool Matches(string result, string expected)
    {
        var parts = expected.Split(" ; ");
        var sorted = Expand(string.Join(" ; ", parts.Skip(1).Order(StringComparer.Ordinal).Prepend(parts[0]))).Trim();
        return Regex.IsMatch(result, $"^{Regex.Escape(sorted).Replace("\\*", "[^|]*", StringComparison.Ordinal)}$");
    }

    private static string Expand(string text) => Repetitions().Replace(text, match => string.Concat(
        Enumerable.Repeat(match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))));

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(Expand(text).Replace('|', '\0'));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private string Make(string domain)
    {
        target.Make(Number(domain));
        return "";
    }

    private string Introduce(string domain)
    {
        target.Make(Number(domain));
        _peers[domain] = new Peer(target.Introduce(Number(domain)));
        return "";
    }

    private string Change(Action<int> change, string domain)
    {
        change(Number(domain));
        if (change == target.Destroy)
            _peers.Remove(domain);
        return "";
    }

    private string Close(string name)
    {
        _peers.Remove(name, out var peer);
        peer!.Close();
        return "";
    }

    private string SendRaw(string name, string hexadecimal, TimeSpan? limit)
    {
        var result = Watch(name, peer =>
        {
            peer.SendBytes(Convert.FromHexString(hexadecimal));
            return peer.Receive(limit).Text;
        });
        // Whatever it is, it is no place for a next request.
        _peers.Remove(name);
        return result;
    }

    private string Watch(string name, Func<Peer, string> ask)
    {
        try
        {
            return ask(PeerOf(name));
        }
        catch (TimeoutException)
        {
            return Nothing;
        }
        catch (IOException)
        {
            _peers.Remove(name);
            return Closed;
        }
        catch (InvalidDataException)
        {
            _peers.Remove(name);
            return TooLong;
        }
    }

    private string Ask(string who, string operation, string payload, TimeSpan? limit)
    {
        // Of a transaction's variable, a plus says that it is begun already.
        var isInside = who.EndsWith('+');
        who = who.TrimEnd('+');
        var (name, transaction) = who.Split('.') is [var connection, var variable] ? (connection, variable) : (who, "");
        var type = operation.StartsWith("op", StringComparison.Ordinal)
            ? (MessageType)uint.Parse(operation[2..], CultureInfo.InvariantCulture)
            : Enum.Parse<MessageType>(operation);
        var isLiteral = uint.TryParse(transaction, CultureInfo.InvariantCulture, out var id);
        var starts = type == MessageType.TransactionStart && transaction.Length > 0 && !isLiteral && !isInside;
        if (transaction.Length > 0 && !isLiteral && !starts)
            id = _transactions[who];
        return Watch(name, peer =>
        {
            var answer = peer.Ask(type, id, Bytes(payload), limit);
            Assert.Equal(Errors.Contains(answer.Text) ? MessageType.Error : type, answer.Type);
            if (starts)
                _transactions[who] = uint.Parse(answer.Text.TrimEnd('|'), CultureInfo.InvariantCulture);
            if (answer.Type == MessageType.Release)
                _peers.Remove(payload.TrimEnd('|'));
            var text = answer.Text.Replace("\n", "\\n", StringComparison.Ordinal);
            return answer.TransactionId == id ? text : $"{text}@{answer.TransactionId}";
        });
    }

    private static HashSet<string> Errors { get; } =
    [
        .. Enum.GetValues<XenStoreError>().Where(error => error != XenStoreError.Unknown)
            .Select(error => Encoding.ASCII.GetString(ErrorNames.Name(error)) + "|"),
    ];

    private Peer PeerOf(string name) =>
        _peers.TryGetValue(name, out var peer) ? peer : _peers[name] = new Peer(target.Connect());

    private List<string> TakeEvents()
    {
        foreach (var peer in _peers.Values)
            peer.SendFence();
        foreach (var peer in _peers.Values)
            peer.Receive();
        return [.. _peers.SelectMany(entry => entry.Value.TakeEvents().Select(text => $"{entry.Key}: {text}"))];
    }

    [GeneratedRegex(@"\{([^*{}]+)\*(\d+)\}")]
    private static partial Regex Repetitions();
}
