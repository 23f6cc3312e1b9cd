using System;
using System.Globalization;

namespace Xen.Abi.Model;

/// <summary>A cursor over the words of one line of metadata.</summary>
internal sealed class AbiTextLine
{
    private const int MaxTypeDepth = 32;
    private readonly string _text;
    private int _position;

    public AbiTextLine(int number, string text)
    {
        Number = number;
        _text = text.Trim();
    }

    public int Number { get; }

    public bool AtEnd => _position >= _text.Length;

    public AbiFormatException Error(string reason) => new(Number, reason);

    public string Word(string what)
    {
        if (AtEnd)
            throw Error("expected " + what + ", found the end of the line");
        int end = _text.IndexOf(' ', _position);
        if (end < 0)
            end = _text.Length;
        string word = _text.Substring(_position, end - _position);
        _position = Math.Min(end + 1, _text.Length);
        return word.Length > 0 ? word : throw Error("expected " + what + ", found two spaces");
    }

    public bool TryKeyword(string keyword)
    {
        int end = _position + keyword.Length;
        if (string.CompareOrdinal(_text, _position, keyword, 0, keyword.Length) != 0
            || (end < _text.Length && _text[end] != ' '))
        {
            return false;
        }

        _position = Math.Min(end + 1, _text.Length);
        return true;
    }

    public void Keyword(string keyword)
    {
        if (!TryKeyword(keyword))
            throw Error("expected '" + keyword + "'");
    }

    public string Rest()
    {
        string rest = _text.Substring(_position);
        _position = _text.Length;
        return rest;
    }

    /// <summary>Whether a quoted text follows.</summary>
    public bool AtQuote => !AtEnd && _text[_position] == '"';

    public void End()
    {
        if (!AtEnd)
            throw Error("unexpected '" + Rest() + "'");
    }

    /// <summary>A C name, with the marks of nested records: letters, digits, '_', '.' and '@'.</summary>
    public string Name(string what) => CheckName(Word(what));

    /// <summary>A name as C has them.</summary>
    public string PlainName(string what) => CheckPlain(Name(what));

    /// <summary>Checks that a name is none of a nested record.</summary>
    public string CheckPlain(string name) =>
        name.IndexOfAny(['.', '@']) < 0 ? name : throw Error("'" + name + "' is the name of a nested record");

    public int Number32(string what) => ParseNumber(Word(what), what);

    public int ParseNumber(string word, string what) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Error("'" + word + "' is not a " + what);

    /// <summary>A decimal integer that fits the type.</summary>
    public string Value(AbiType type) => CheckValue(Word("a value"), type);

    /// <summary>Checks that a decimal integer fits the type.</summary>
    public string CheckValue(string word, AbiType type)
    {
        bool fits = type.Kind == AbiTypeKind.Signed
            ? long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long signed)
                && (type.Bits == 64 || (signed >= -(1L << (type.Bits - 1)) && signed < 1L << (type.Bits - 1)))
            : ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned)
                && (type.Bits == 64 || unsigned < 1UL << type.Bits);
        return fits ? word : throw Error("'" + word + "' is not a value of type " + type);
    }

    public AbiType IntegerType()
    {
        AbiType type = Type();
        return type.Kind is AbiTypeKind.Signed or AbiTypeKind.Unsigned
            ? type
            : throw Error("'" + type + "' is not an integer type");
    }

    public AbiType Type(int depth = 0)
    {
        if (depth > MaxTypeDepth)
            throw Error("type nested too deeply");
        string word = Word("a type");
        switch (word)
        {
            case "void":
                return AbiType.Void;
            case "char":
                return AbiType.Char;
            case "_Bool":
                return AbiType.Bool;
            case "()":
                return AbiType.Function;
            case "*":
                return AbiType.Pointer(Type(depth + 1));
            case "&":
                return AbiType.GuestHandle(Type(depth + 1));
            case "&32":
                return AbiType.GuestHandle(Type(depth + 1), bits: 32);
            case "struct":
                return AbiType.Named(AbiTypeKind.Struct, Name("a name"));
            case "union":
                return AbiType.Named(AbiTypeKind.Union, Name("a name"));
            case "enum":
                return AbiType.Named(AbiTypeKind.Enum, Name("a name"));
            case "typedef":
                return AbiType.Named(AbiTypeKind.Typedef, Name("a name"));
        }

        if (word[0] == '[' && word[word.Length - 1] == ']')
        {
            string count = word.Substring(1, word.Length - 2);
            return AbiType.Array(count.Length == 0 ? -1 : ParseNumber(count, "number of elements"), Type(depth + 1));
        }

        return AbiType.TryScalar(word) ?? AbiType.Named(AbiTypeKind.Typedef, CheckName(word));
    }

    public string CheckName(string name)
    {
        if (name[0] is >= '0' and <= '9' or '.' or '@')
            throw Error("'" + name + "' is not a name");
        foreach (char c in name)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '.' or '@'))
                throw Error("'" + name + "' is not a name");
        }

        return name;
    }
}
