using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Xen.Store.Protocol;

namespace Xen.Store.Conformance;

/// <summary>Requests that are drawn from a seed: most make sense, and meet the same few nodes; some do not.</summary>
internal sealed class RandomRequests(int seed, int connections)
{
    private static readonly string[] Names = ["a", "b", "c", "long-name_42", "@x"];

    private static readonly string[] Starts =
        ["", "", "", "/a", "/a/b", "/local/domain/1", "/local/domain/2", "/local/domain/1/data", "data"];

    private static readonly string[] OddPaths =
        ["", "/", "//", "/a//b", "/a/", "/a b", "@introduceDomain", "@releaseDomain", "@other", "/tool", "/tool/xenstored", "x/", "/é"];

    private static readonly string[] Permissions =
        ["n0", "r0", "b0", "w0", "n1", "r1", "b1", "w1", "n2", "r2", "b2", "w2", "r3", "b7", "x1", "r", "", "r1x", "r 1", "r0x1", "n01", "r-1"];

    private readonly Random _random = new(seed);
    private readonly List<uint>[] _transactions = [.. Enumerable.Range(0, connections).Select(_ => new List<uint>())];

    /// <summary>Draws a request.</summary>
    internal (int Connection, MessageType Type, uint Transaction, byte[] Payload) Next()
    {
        var connection = _random.Next(connections);
        var open = _transactions[connection];
        var transaction = open.Count > 0 && _random.Next(3) > 0 ? open[_random.Next(open.Count)] : 0;
        if (_random.Next(200) == 0)
            transaction = (uint)_random.Next(5000);
        var (type, text) = Draw(connection, ref transaction);
        if (type == MessageType.TransactionEnd)
            open.Remove(transaction);
        return (connection, type, transaction, Encoding.Latin1.GetBytes(text.Replace('|', '\0')));
    }

    /// <summary>Learns the number of a transaction.</summary>
    internal void Learn(int connection, MessageType asked, Targets.Answer answer)
    {
        if (answer.Type == MessageType.TransactionStart)
            _transactions[connection].Add(uint.Parse(answer.Text.TrimEnd('|'), CultureInfo.InvariantCulture));
        if (asked == MessageType.ResetWatches)
            _transactions[connection].Clear();
    }

    private (MessageType Type, string Payload) Draw(int connection, ref uint transaction)
    {
        switch (_random.Next(100))
        {
            case < 18:
                return (MessageType.Read, Path() + "|");
            case < 36:
                return (MessageType.Write, $"{Path()}|{Value()}");
            case < 42:
                return (MessageType.MakeDirectory, Path() + "|");
            case < 48:
                return (MessageType.Remove, Path() + "|");
            case < 53:
                return (MessageType.Directory, Path() + "|");
            case < 56:
                return (MessageType.DirectoryPart, $"{Path()}|{_random.Next(-2, 30)}|");
            case < 60:
                return (MessageType.GetPermissions, Path() + "|");
            case < 68:
                return (MessageType.SetPermissions, $"{OwnedPath(connection)}|{SomePermissions()}");
            case < 74:
                return (MessageType.Watch, $"{Path()}|{Pick(Names)}|");
            case < 79:
                return (MessageType.Unwatch, $"{Path()}|{Pick(Names)}|");
            case < 85 when _transactions[connection].Count < 3:
                transaction = _random.Next(50) == 0 ? transaction : 0;
                return (MessageType.TransactionStart, "|");
            case < 93:
                return (MessageType.TransactionEnd, _random.Next(5) == 0 ? "F|" : "T|");
            default:
                return Odd();
        }
    }

    private (MessageType Type, string Payload) Odd() => _random.Next(16) switch
    {
        0 => (MessageType.ResetWatches, "|"),
        1 => (MessageType.GetDomainPath, Number() + "|"),
        2 => (MessageType.IsDomainIntroduced, Number() + "|"),
        3 => (MessageType.Resume, Number() + "|"),
        4 => ((MessageType)_random.Next(15, 40), "|"),
        5 => (MessageType.Write, "/a"),
        6 => (MessageType.Watch, "/a|"),
        7 => (MessageType.Watch, "/a|b|c|"),
        8 => (MessageType.Unwatch, "/a"),
        9 => (MessageType.TransactionEnd, "X|"),
        10 => (MessageType.SetPermissions, "/a|"),
        11 => (MessageType.DirectoryPart, "/a|"),
        12 => (MessageType.Introduce, $"{Number()}|1|"),
        13 => (MessageType.SetTarget, "|"),
        14 => (MessageType.Control, "nothing|"),
        _ => (MessageType.Write, $"{Path()}|{new string('v', _random.Next(1900, 2100))}"),
    };

    private string Path()
    {
        if (_random.Next(12) == 0)
            return Pick(OddPaths);
        var path = new StringBuilder(Pick(Starts));
        for (var depth = _random.Next(path.Length == 0 ? 1 : 0, 3); depth > 0; depth--)
            path.Append(path.Length == 0 && _random.Next(3) == 0 ? "" : "/").Append(Pick(Names));
        return path.ToString();
    }

    // Of special paths that it refuses, the C daemon says what failed before: an errno that nobody has set.
    private string OwnedPath(int connection)
    {
        var path = Path();
        while (path.StartsWith('@') && (connection > 0 || path is not ("@introduceDomain" or "@releaseDomain")))
            path = Path();
        return path;
    }

    private string Value() => _random.Next(6) switch
    {
        0 => "",
        1 => "with|nul|",
        2 => new string('x', _random.Next(300)),
        _ => _random.Next(100).ToString(CultureInfo.InvariantCulture),
    };

    private string SomePermissions() => string.Concat(
        Enumerable.Range(0, _random.Next(1, _random.Next(20) == 0 ? 8 : 4)).Select(_ => Pick(Permissions) + "|"));

    // What is no number of a domain that there is would have the daemon ask its hypervisor.
    private string Number() => Pick(["0", "1", "2", "3", "x", "", " 1", "-1", "32752", "99999999999", "1x"]);

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
