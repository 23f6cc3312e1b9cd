using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>Command lines made up from a number: mostly sensible ones, and all ways to be wrong.</summary>
internal sealed class CommandSeed(int seed, StoreSeed store)
{
    private static readonly string[] Wrong =
    [
        "-x", "-f", "-p", "-t", "-u", "-r", "-R", "-s", "-h", "-n", "--flat", "--raw=1", "--r", "--re", "--pre", "--help",
        "--nonsense", "-fp", "-pR", "-ru", "-sx", "--", "-", "", "--number=1", "-n1",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The words of a command line.</summary>
    /// <param name="command">The command: <c>ls</c>.</param>
    public List<Word> Words(string command)
    {
        var words = new List<string>();
        foreach (var option in Options(command))
            words.Add(option);
        if (_random.Next(6) == 0)
            words.Insert(_random.Next(words.Count + 1), Wrong[_random.Next(Wrong.Length)]);
        var line = words.ConvertAll(Word.Of);
        line.AddRange(Operands(command));
        if (_random.Next(8) == 0 && line.Count > 1)
            Swap(line);
        return line;
    }

    private static string[] Letters(string command) => command switch
    {
        "ls" => ["-f", "-p", "-s", "--flat", "--prefix"],
        "list" => ["-p", "-s", "--prefix"],
        "read" => ["-p", "-R", "-s", "-pR", "--raw"],
        "write" => ["-R", "-s", "--raw"],
        "rm" => ["-t", "-s", "--tidy", "--ti"],
        "chmod" => ["-u", "-r", "-s", "-ru", "--upto", "--recurse", "--rec"],
        _ => ["-s"],
    };

    private IEnumerable<string> Options(string command)
    {
        var letters = Letters(command);
        return Enumerable.Range(0, _random.Next(3)).Select(_ => letters[_random.Next(letters.Length)]);
    }

    private IEnumerable<Word> Operands(string command)
    {
        switch (command)
        {
            case "write":
                for (var i = _random.Next(4) == 0 ? _random.Next(4) : 1; i > 0; i--)
                {
                    yield return Word.Of(Path());
                    yield return Value();
                }

                if (_random.Next(12) == 0)
                    yield return Word.Of(Path());
                break;
            case "chmod":
                yield return Word.Of(Path());
                foreach (var word in Permissions())
                    yield return Word.Of(word);
                break;
            default:
                var most = _random.Next(10) == 0 ? 0 : _random.Next(3) == 0 ? 4 : 1;
                for (var i = most; i > 0; i--)
                    yield return Word.Of(Path());
                break;
        }
    }

    private string[] Permissions() => _random.Next(5) switch
    {
        0 => ["x5"],
        1 => [$"{"nrwb"[_random.Next(4)]}{OddNumber()}"],
        _ => store.Permissions().Split(' '),
    };

    private string OddNumber()
    {
        string[] odd = ["", "-1", "5x", " 0", "+0", "010", "0x1", "65536", "4294967296", "99999999999999999999", "32752"];
        return odd[_random.Next(odd.Length)];
    }

    private string Path() => _random.Next(12) switch
    {
        0 => "/",
        1 => "/nope",
        2 => Existing() + "/nope/nope",
        3 => Existing() + "/new",
        4 => Odd(),
        5 => "own",
        6 => "own/new/newer",
        _ => Existing(),
    };

    private string Existing() => store.Nodes[_random.Next(store.Nodes.Count)].Path;

    private string Odd()
    {
        string[] odd = ["", "//", "/a//b", "/a/", "a b", "/a\tb", "@x", "@releaseDomain", "relative", ".", "/é", "/a.b", "*", "/" + new string('a', 2100)];
        return odd[_random.Next(odd.Length)];
    }

    private Word Value()
    {
        const int Escapes = 40;
        if (_random.Next(3) == 0)
            return new Word(store.Value().Where(static value => value != 0).ToArray());
        if (_random.Next(12) == 0)
            return Word.Of(new string('v', _random.Next(1, 5000)));
        var text = new StringBuilder();
        string[] pieces = ["\\", "\\n", "\\x", "\\x4", "\\x41", "\\0", "\\101", "\\8", "x", "4", " ", "-", "+", "\\\\", "\\t", "g", "0x", "é"];
        for (var i = _random.Next(Escapes); i > 0; i--)
            text.Append(pieces[_random.Next(pieces.Length)]);
        return Word.Of(text.ToString());
    }

    private void Swap(List<Word> line)
    {
        var (first, second) = (_random.Next(line.Count), _random.Next(line.Count));
        (line[first], line[second]) = (line[second], line[first]);
    }
}
