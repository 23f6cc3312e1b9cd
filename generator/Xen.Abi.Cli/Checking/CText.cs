using System.Text;

namespace Xen.Abi.Cli.Checking;

/// <summary>Writes text as a string literal of C.</summary>
internal static class CText
{
    /// <summary>The number of bytes that the text has in C.</summary>
    public static int ByteCount(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>The literal. Octal escapes end after three digits, whatever follows.</summary>
    public static string Quote(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (byte part in Encoding.UTF8.GetBytes(text))
        {
            if (part is >= (byte)' ' and <= (byte)'~' and not ((byte)'"' or (byte)'\\' or (byte)'?'))
                literal.Append((char)part);
            else
                literal.Append('\\').Append(System.Convert.ToString(part, 8).PadLeft(3, '0'));
        }

        return literal.Append('"').ToString();
    }
}
