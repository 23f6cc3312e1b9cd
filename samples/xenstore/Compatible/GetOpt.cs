using System;
using System.Collections.Generic;

namespace Xen.Store.Cli.Compatible;

/// <summary>
/// Takes a command line apart as the C library does for Xen's programs: letters may share a dash, options and operands
/// may come in any order, a long name may be abbreviated, and <c>--</c> ends the options.
/// </summary>
internal sealed class GetOpt
{
    private readonly IReadOnlyList<Word> _words;
    private readonly OptionSet _known;
    private readonly ParsedLine _line = new([], [], []);
    private int _next;

    private GetOpt(IReadOnlyList<Word> words, OptionSet known) => (_words, _known) = (words, known);

    /// <summary>Takes a command line apart.</summary>
    /// <param name="words">The words behind the command.</param>
    /// <param name="known">The options that there are.</param>
    /// <param name="stopsAtOperand">Whether the first operand ends the options, as POSIXLY_CORRECT wants.</param>
    public static ParsedLine Parse(IReadOnlyList<Word> words, OptionSet known, bool stopsAtOperand = false) =>
        new GetOpt(words, known).Parse(stopsAtOperand);

    private ParsedLine Parse(bool stopsAtOperand)
    {
        var isOver = false;
        while (_next < _words.Count)
        {
            var word = _words[_next++];
            var text = isOver ? "" : word.Text;
            if (text == "--")
                isOver = true;
            else if (text.StartsWith("--", StringComparison.Ordinal))
                ParseName(word, text);
            else if (text.Length > 1 && text[0] == '-')
                ParseLetters(word, text);
            else
            {
                _line.Operands.Add(word);
                isOver |= stopsAtOperand;
            }
        }

        return _line;
    }

    private void ParseName(Word word, string text)
    {
        const int Dashes = 2;
        var end = text.IndexOf('=', StringComparison.Ordinal);
        var name = end < 0 ? text[Dashes..] : text[Dashes..end];
        var written = $"--{name}";
        var found = _known.Find(name);
        if (found.Count != 1)
            Complain(found.Count == 0 ? ComplaintKind.UnknownName : ComplaintKind.Ambiguous, written);
        else if (end >= 0 && !found[0].TakesValue)
            Complain(ComplaintKind.UnwantedValue, written);
        else if (end >= 0)
            _line.Options.Add(new ParsedOption(found[0], word.From(word.Bytes.Span.IndexOf((byte)'=') + 1)));
        else
            Add(found[0], null, written);
    }

    private void ParseLetters(Word word, string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            var written = $"-{text[i]}";
            if (_known.Find(text[i]) is not { } option)
            {
                Complain(ComplaintKind.UnknownLetter, written);
                continue;
            }

            // What stands before a known letter may be an unknown one of several bytes.
            var rest = i + 1 < text.Length ? Word.Of(text[(i + 1)..]) : default(Word?);
            if (rest is not null && option.TakesValue && text.Length == word.Bytes.Length)
                rest = word.From(i + 1);
            Add(option, option.TakesValue ? rest : null, written);
            if (option.TakesValue)
                return;
        }
    }

    private void Add(OptionDefinition option, Word? value, string written)
    {
        if (option.TakesValue && value is null)
        {
            if (_next == _words.Count)
            {
                Complain(ComplaintKind.MissingValue, written);
                return;
            }

            value = _words[_next++];
        }

        _line.Options.Add(new ParsedOption(option, value));
    }

    private void Complain(ComplaintKind kind, string written) => _line.Complaints.Add(new Complaint(kind, written));
}
