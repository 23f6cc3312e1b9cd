using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Xen.Sys.Generator.Inputs;

/// <summary>
/// Reads the JSON that options need: one object of texts and lists of texts, with <c>//</c> comments and commas at the
/// end. An analyzer brings no package along that could do it.
/// </summary>
internal sealed class JsonReader
{
    private readonly string _text;
    private int _position;

    private JsonReader(string text) => _text = text;

    /// <summary>Reads the object.</summary>
    /// <exception cref="JsonFormatException">It is something else.</exception>
    public static List<JsonMember> Read(string text)
    {
        var reader = new JsonReader(text);
        var members = new List<JsonMember>();
        reader.Expect('{');
        while (!reader.TryTake('}'))
        {
            int position = reader._position;
            string name = reader.String("the name of an option");
            reader.Expect(':');
            members.Add(reader.TryTake('[')
                ? new JsonMember(name, position, null, reader.Elements())
                : new JsonMember(name, position, reader.String("a text or a list of texts"), null));
            if (!reader.TryTake(','))
            {
                reader.Expect('}');
                break;
            }
        }

        reader.SkipBlanks();
        if (reader._position < text.Length)
            throw reader.Error("nothing may follow the closing brace");
        return members;
    }

    private List<string> Elements()
    {
        var elements = new List<string>();
        while (!TryTake(']'))
        {
            elements.Add(String("a text"));
            if (!TryTake(','))
            {
                Expect(']');
                break;
            }
        }

        return elements;
    }

    private string String(string what)
    {
        SkipBlanks();
        if (_position >= _text.Length || _text[_position] != '"')
            throw Error("expected " + what + " in double quotes");
        var value = new StringBuilder();
        for (_position++; _position < _text.Length; _position++)
        {
            char c = _text[_position];
            if (c == '"')
            {
                _position++;
                SkipBlanks();
                return value.ToString();
            }

            if (c < ' ')
                break;
            value.Append(c == '\\' ? Escape() : c);
        }

        throw Error("a text does not end on its line");
    }

    private char Escape()
    {
        _position++;
        char c = _position < _text.Length ? _text[_position] : ' ';
        switch (c)
        {
            case '"' or '\\' or '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _position + 4 < _text.Length && ushort.TryParse(
                _text.Substring(_position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                _position += 4;
                return (char)code;
            default:
                throw Error("unknown escape");
        }
    }

    private void Expect(char c)
    {
        if (!TryTake(c))
            throw Error("expected '" + c + "'");
    }

    private bool TryTake(char c)
    {
        SkipBlanks();
        if (_position >= _text.Length || _text[_position] != c)
            return false;
        _position++;
        SkipBlanks();
        return true;
    }

    private void SkipBlanks()
    {
        while (_position < _text.Length)
        {
            if (char.IsWhiteSpace(_text[_position]) || _text[_position] == '\ufeff')
                _position++;
            else if (_text[_position] == '/' && _position + 1 < _text.Length && _text[_position + 1] == '/')
                SkipLine();
            else
                break;
        }
    }

    private void SkipLine()
    {
        while (_position < _text.Length && _text[_position] != '\n')
            _position++;
    }

    private JsonFormatException Error(string reason) => new(_position, reason);
}
