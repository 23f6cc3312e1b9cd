using System.Linq;
using System.Text;

namespace Xen.Sys.Generator.Emission;

/// <summary>Writes indented lines of C#.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes a line.</summary>
    public void Line(string text = "")
    {
        if (text.Length > 0)
            _text.Append(' ', _depth * 4).Append(text);
        _text.Append('\n');
    }

    /// <summary>Opens a block.</summary>
    public void Open()
    {
        Line("{");
        _depth++;
    }

    /// <summary>Closes a block.</summary>
    public void Close()
    {
        _depth--;
        Line("}");
    }

    /// <summary>Writes a doc comment.</summary>
    public void Summary(string text) => Line(
        "/// <summary>" + OneLine(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;") + "</summary>");

    /// <summary>Metadata may hold any character; none of them may end a comment.</summary>
    private static string OneLine(string text) => string.Concat(
        text.Select(static c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
