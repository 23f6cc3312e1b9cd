using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Xen.Abi.Model;

/// <summary>
/// Reads the text that <see cref="AbiTextWriter"/> writes. Whatever the input, the only failure is
/// <see cref="AbiFormatException"/>.
/// </summary>
internal sealed class AbiTextReader
{
    private const string Mend = "restore it, or run headers/refresh";
    private readonly string[] _lines;
    private readonly List<AbiItem> _items = new();
    private readonly List<(AbiTextLine Line, AbiRecord Record, AbiField Field)> _members = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private EquatableArray<string> _targets;
    private string _header = "";
    private int _declarations;
    private int _next;

    private AbiTextReader(string text) => _lines = text.Split('\n');

    /// <summary>Reads a model.</summary>
    /// <exception cref="AbiFormatException">The text does not follow the format.</exception>
    public static AbiModel Read(string text) => new AbiTextReader(text).ReadModel();

    private AbiModel ReadModel()
    {
        AbiTextLine line = NextLine() ?? throw new AbiFormatException(1, "the file is empty");
        line.Keyword("abi");
        if (line.Number32("format version") != AbiTextWriter.FormatVersion)
            throw line.Error("unknown version of the format");
        line.End();
        line = Require("source");
        string source = line.Name("a source");
        string release = line.Word("a release");
        line.End();
        line = Require("targets");
        _targets = line.Rest().Split(' ').Where(static target => target.Length > 0).ToImmutableArray();
        if (_targets.Count == 0 || _targets.Distinct(StringComparer.Ordinal).Count() != _targets.Count)
            throw line.Error("expected a list of different targets");
        for (line = BeforeEnd(); !line.TryKeyword("end"); line = BeforeEnd())
            ReadDeclaration(line);
        ReadEnd(line);
        CheckMembers();
        return new AbiModel(source, release, _targets, _items.ToImmutableArray());
    }

    private AbiTextLine Require(string keyword)
    {
        AbiTextLine line = NextLine() ?? throw new AbiFormatException(_lines.Length, "expected '" + keyword + "'");
        line.Keyword(keyword);
        return line;
    }

    /// <summary>The next line, which is there: without the last one, a file cut off between two lines would pass as whole.</summary>
    private AbiTextLine BeforeEnd() =>
        NextLine() ?? throw new AbiFormatException(_lines.Length, "'end' is missing: the file is cut off; " + Mend);

    private void ReadEnd(AbiTextLine line)
    {
        int count = line.Number32("number of declarations");
        line.End();
        if (count != _declarations)
            throw line.Error($"'end {count}' stands behind {_declarations} declarations: the file is damaged; {Mend}");
        if (NextLine() is { } more)
            throw more.Error("'end' is not the last line: the file is damaged; " + Mend);
    }

    private AbiTextLine? NextLine()
    {
        while (_next < _lines.Length)
        {
            string text = _lines[_next++].Trim();
            if (text.Length > 0 && text[0] != '#')
                return new AbiTextLine(_next, text);
        }

        return null;
    }

    private AbiTextLine? NextMember()
    {
        while (_next < _lines.Length)
        {
            string text = _lines[_next];
            if (!text.StartsWith("  ", StringComparison.Ordinal))
                return null;
            _next++;
            if (text.Trim().Length > 0)
                return new AbiTextLine(_next, text);
        }

        return null;
    }

    private void ReadDeclaration(AbiTextLine line)
    {
        if (line.TryKeyword("header"))
        {
            _header = line.Rest();
            if (_header.Length == 0)
                throw line.Error("expected the path of a header");
            return;
        }

        _declarations++;
        int number = line.Number32("line number");
        if (_header.Length == 0)
            throw line.Error("a declaration before the first 'header'");
        string keyword = line.Word("a declaration");
        bool isValue = keyword is not ("struct" or "union" or "enum" or "typedef");
        string name = isValue ? line.CheckPlain(line.CheckName(keyword))
            : keyword is "struct" or "union" ? line.Name("a name") : line.PlainName("a name");
        EquatableArray<string> targets = line.TryKeyword("on") ? ReadTargets(line, _targets) : _targets;
        string space = isValue ? "value " : keyword == "typedef" ? "typedef " : "tag ";
        foreach (string target in targets)
        {
            if (!_seen.Add(space + target + " " + name))
                throw line.Error("'" + name + "' is declared twice for " + target);
        }

        var place = new Declaration(name, _header, number, targets);
        switch (keyword)
        {
            case "struct" or "union":
                ReadRecord(line, place, isUnion: keyword == "union");
                break;
            case "enum":
                ReadEnum(line, place);
                break;
            case "typedef":
                ReadTypedef(line, place);
                break;
            default:
                ReadValue(line, place);
                break;
        }
    }

    /// <summary>A list of targets out of those that may stand here.</summary>
    private static EquatableArray<string> ReadTargets(AbiTextLine line, EquatableArray<string> known)
    {
        ImmutableArray<string> named = line.Word("targets").Split(',').ToImmutableArray();
        foreach (string target in named)
        {
            if (!known.Contains(target))
                throw line.Error("unknown target '" + target + "'");
        }

        if (named.Distinct(StringComparer.Ordinal).Count() != named.Length)
            throw line.Error("a target is named twice");
        return named;
    }

    /// <summary>
    /// Reads <c>FORM | TARGETS FORM | ...</c>: first what holds for the targets that no variant names, then the variants.
    /// </summary>
    private static List<(EquatableArray<string> Targets, T Form)> ReadVariants<T>(
        AbiTextLine line, EquatableArray<string> targets, Func<AbiTextLine, T> read)
    {
        var variants = new List<(EquatableArray<string> Targets, T Form)> { (targets, read(line)) };
        while (line.TryKeyword("|"))
        {
            EquatableArray<string> rest = variants[0].Targets;
            EquatableArray<string> named = ReadTargets(line, rest);
            rest = rest.Where(target => !named.Contains(target)).ToImmutableArray();
            if (rest.Count == 0)
                throw line.Error("no target is left for the first form");
            variants[0] = (rest, variants[0].Form);
            variants.Add((named, read(line)));
        }

        line.End();
        return variants;
    }

    private void ReadRecord(AbiTextLine line, Declaration place, bool isUnion)
    {
        var variants = ReadVariants(line, place.Targets, static line =>
        {
            line.Keyword("size");
            int size = line.Number32("size");
            line.Keyword("align");
            int align = line.Number32("alignment");
            return align != 0 && (align & (align - 1)) == 0
                ? (size, align)
                : throw line.Error("the alignment is not a power of two");
        });
        ImmutableArray<AbiField>.Builder[] fields =
            variants.Select(static _ => ImmutableArray.CreateBuilder<AbiField>()).ToArray();
        var lines = new List<AbiTextLine>();
        while (NextMember() is { } member)
        {
            ReadField(member, variants, fields);
            lines.Add(member);
        }

        for (int i = 0; i < fields.Length; i++)
        {
            var record = new AbiRecord(
                place.Name, place.Header, place.Line, variants[i].Targets, isUnion, variants[i].Form.size, variants[i].Form.align,
                fields[i].ToImmutable());
            _items.Add(record);
            _members.AddRange(lines.Zip(record.Fields, (line, field) => (line, record, field)));
        }
    }

    private static void ReadField(
        AbiTextLine line,
        List<(EquatableArray<string> Targets, (int Size, int Align) Form)> variants,
        ImmutableArray<AbiField>.Builder[] fields)
    {
        (long first, int width) = ReadPlace(line);
        string name = line.TryKeyword("-") ? "" : line.PlainName("a name");
        AbiType type = line.Type();
        var places = Enumerable.Repeat((first, width), variants.Count).ToArray();
        while (line.TryKeyword("|"))
        {
            string named = line.Word("targets");
            int variant = variants.FindIndex(1, other => string.Join(",", other.Targets) == named);
            if (variant < 0)
                throw line.Error("the record has no variant for '" + named + "'");
            places[variant] = ReadPlace(line);
        }

        line.End();
        for (int i = 0; i < places.Length; i++)
            fields[i].Add(new AbiField(name, places[i].first, places[i].width, type));
    }

    /// <summary>No member runs past its record. One whose type nothing here declares only has to start inside.</summary>
    private void CheckMembers()
    {
        var sizes = new AbiTypeSizes(_items);
        foreach ((AbiTextLine line, AbiRecord record, AbiField field) in _members)
        {
            foreach (string target in record.Targets)
            {
                long bits = (sizes.Of(field.Type, target) ?? 0) * 8;
                if (field.IsBitField && bits > 0 && field.BitWidth > bits)
                    throw line.Error("the bit-field is wider than its type");
                if (field.BitOffset + (field.IsBitField ? field.BitWidth : bits) > record.Size * 8L)
                    throw line.Error($"the member lies outside its record on {target}");
            }
        }
    }

    private static (long First, int Width) ReadPlace(AbiTextLine line)
    {
        string place = line.Word("an offset");
        if (place[0] != '@')
            throw line.Error("expected '@' and an offset");
        int dot = place.IndexOf('.');
        int colon = place.IndexOf(':');
        int end = dot < 0 ? place.Length : dot;
        long offset = line.ParseNumber(place.Substring(1, end - 1), "offset");
        if (dot < 0)
            return (offset * 8, 0);
        if (colon < dot)
            throw line.Error("expected '@byte.bit:width'");
        int bit = line.ParseNumber(place.Substring(dot + 1, colon - dot - 1), "bit");
        int width = line.ParseNumber(place.Substring(colon + 1), "width");
        return bit <= 7 && width is >= 1 and <= 64
            ? ((offset * 8) + bit, width)
            : throw line.Error("a bit-field starts at bit 0 to 7 and has 1 to 64 bits");
    }

    private void ReadEnum(AbiTextLine line, Declaration place)
    {
        line.Keyword("=");
        AbiType type = line.IntegerType();
        line.End();
        ImmutableArray<AbiEnumMember>.Builder members = ImmutableArray.CreateBuilder<AbiEnumMember>();
        while (NextMember() is { } member)
        {
            string value = member.Value(type);
            members.Add(new AbiEnumMember(member.PlainName("a name"), value));
            member.End();
        }

        _items.Add(new AbiEnum(place.Name, place.Header, place.Line, place.Targets, type, members.ToImmutable()));
    }

    private void ReadTypedef(AbiTextLine line, Declaration place)
    {
        line.Keyword("=");
        foreach ((EquatableArray<string> targets, AbiType type) in ReadVariants(line, place.Targets, static line => line.Type()))
            _items.Add(new AbiTypedef(place.Name, place.Header, place.Line, targets, type));
    }

    private void ReadValue(AbiTextLine line, Declaration place)
    {
        line.Keyword("=");
        if (line.AtQuote)
        {
            string text = AbiTextEscape.Unquote(line.Rest()) ?? throw line.Error("expected a quoted string");
            _items.Add(new AbiString(place.Name, place.Header, place.Line, place.Targets, text));
            return;
        }

        foreach ((EquatableArray<string> targets, (AbiType Type, string Value) form) in ReadVariants(line, place.Targets, ReadNumber))
            _items.Add(new AbiConstant(place.Name, place.Header, place.Line, targets, form.Type, form.Value));
    }

    /// <summary>A number, after its type unless that is <c>int</c>.</summary>
    private static (AbiType Type, string Value) ReadNumber(AbiTextLine line)
    {
        string word = line.Word("a type or a value");
        if (word[0] is '-' or (>= '0' and <= '9'))
            return (AbiType.Int, line.CheckValue(word, AbiType.Int));
        AbiType type = AbiType.TryScalar(word) is { Kind: not AbiTypeKind.Float } integer
            ? integer
            : throw line.Error("'" + word + "' is not an integer type");
        return (type, line.Value(type));
    }

    private sealed record Declaration(string Name, string Header, int Line, EquatableArray<string> Targets);
}
