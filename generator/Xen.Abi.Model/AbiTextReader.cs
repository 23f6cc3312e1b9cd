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
    private readonly string[] _lines;
    private readonly List<AbiItem> _items = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private EquatableArray<string> _targets;
    private string _header = "";
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
        while (NextLine() is { } next)
            ReadDeclaration(next);
        return new AbiModel(source, release, _targets, _items.ToImmutableArray());
    }

    private AbiTextLine Require(string keyword)
    {
        AbiTextLine line = NextLine() ?? throw new AbiFormatException(_lines.Length, "expected '" + keyword + "'");
        line.Keyword(keyword);
        return line;
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
        string keyword = line.Word("a declaration");
        if (keyword == "header")
        {
            _header = line.Rest();
            if (_header.Length == 0)
                throw line.Error("expected the path of a header");
            return;
        }

        if (_header.Length == 0)
            throw line.Error("a declaration before the first 'header'");
        string name = line.Name("a name");
        line.Keyword("line");
        int number = line.Number32("line number");
        EquatableArray<string> targets = line.TryKeyword("on") ? ReadTargets(line) : _targets;
        AbiItem item = keyword switch
        {
            "struct" => ReadRecord(line, name, number, targets, isUnion: false),
            "union" => ReadRecord(line, name, number, targets, isUnion: true),
            "enum" => ReadEnum(line, name, number, targets),
            "typedef" => ReadTypedef(line, name, number, targets),
            "const" => ReadConstant(line, name, number, targets),
            "string" => ReadString(line, name, number, targets),
            _ => throw line.Error("unknown declaration '" + keyword + "'"),
        };
        string space = keyword is "const" or "string" ? "value " : keyword is "typedef" ? "typedef " : "tag ";
        foreach (string target in targets)
        {
            if (!_seen.Add(space + target + " " + name))
                throw line.Error("'" + name + "' is declared twice for " + target);
        }

        _items.Add(item);
    }

    private EquatableArray<string> ReadTargets(AbiTextLine line)
    {
        ImmutableArray<string> named = line.Word("targets").Split(',').ToImmutableArray();
        foreach (string target in named)
        {
            if (!_targets.Contains(target))
                throw line.Error("unknown target '" + target + "'");
        }

        return named;
    }

    private AbiRecord ReadRecord(AbiTextLine line, string name, int number, EquatableArray<string> targets, bool isUnion)
    {
        line.Keyword("size");
        int size = line.Number32("size");
        line.Keyword("align");
        int align = line.Number32("alignment");
        line.End();
        if (align == 0 || (align & (align - 1)) != 0)
            throw line.Error("the alignment is not a power of two");
        ImmutableArray<AbiField>.Builder fields = ImmutableArray.CreateBuilder<AbiField>();
        while (NextMember() is { } member)
            fields.Add(ReadField(member, size));
        return new AbiRecord(name, _header, number, targets, isUnion, size, align, fields.ToImmutable());
    }

    private static AbiField ReadField(AbiTextLine line, int size)
    {
        string place = line.Word("an offset");
        if (place[0] != '@')
            throw line.Error("expected '@' and an offset");
        int dot = place.IndexOf('.');
        int colon = place.IndexOf(':');
        int end = dot < 0 ? place.Length : dot;
        long offset = line.ParseNumber(place.Substring(1, end - 1), "offset");
        int bit = 0;
        int width = 0;
        if (dot >= 0)
        {
            if (colon < dot)
                throw line.Error("expected '@byte.bit:width'");
            bit = line.ParseNumber(place.Substring(dot + 1, colon - dot - 1), "bit");
            width = line.ParseNumber(place.Substring(colon + 1), "width");
            if (bit > 7 || width is < 1 or > 64)
                throw line.Error("a bit-field starts at bit 0 to 7 and has 1 to 64 bits");
        }

        long first = (offset * 8) + bit;
        if (first + width > (long)size * 8)
            throw line.Error("the member lies outside its record");
        string name = line.TryKeyword("-") ? "" : line.Name("a name");
        AbiType type = line.Type();
        line.End();
        return new AbiField(name, first, width, type);
    }

    private AbiEnum ReadEnum(AbiTextLine line, string name, int number, EquatableArray<string> targets)
    {
        line.Keyword("=");
        AbiType type = line.IntegerType();
        line.End();
        ImmutableArray<AbiEnumMember>.Builder members = ImmutableArray.CreateBuilder<AbiEnumMember>();
        while (NextMember() is { } member)
        {
            string value = member.Value(type);
            members.Add(new AbiEnumMember(member.Name("a name"), value));
            member.End();
        }

        return new AbiEnum(name, _header, number, targets, type, members.ToImmutable());
    }

    private AbiTypedef ReadTypedef(AbiTextLine line, string name, int number, EquatableArray<string> targets)
    {
        line.Keyword("=");
        AbiType type = line.Type();
        line.End();
        return new AbiTypedef(name, _header, number, targets, type);
    }

    private AbiConstant ReadConstant(AbiTextLine line, string name, int number, EquatableArray<string> targets)
    {
        line.Keyword("=");
        AbiType type = line.IntegerType();
        string value = line.Value(type);
        line.End();
        return new AbiConstant(name, _header, number, targets, type, value);
    }

    private AbiString ReadString(AbiTextLine line, string name, int number, EquatableArray<string> targets)
    {
        line.Keyword("=");
        string value = AbiTextEscape.Unquote(line.Rest()) ?? throw line.Error("expected a quoted string");
        return new AbiString(name, _header, number, targets, value);
    }
}
