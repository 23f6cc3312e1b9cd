using System.Globalization;
using System.Text;

namespace Xen.Abi.Model;

/// <summary>Quoting of string constants in the metadata: <c>\\</c>, <c>\"</c> and <c>\uXXXX</c>.</summary>
internal static class AbiTextEscape
{
    /// <summary>Quotes a text.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char c in value)
        {
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~')
                text.Append(c);
            else
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return text.Append('"').ToString();
    }

    /// <summary>Removes the quotes; null if the text is not properly quoted.</summary>
    public static string? Unquote(string quoted)
    {
        if (quoted.Length < 2 || quoted[0] != '"' || quoted[quoted.Length - 1] != '"')
            return null;
        var text = new StringBuilder();
        for (int i = 1; i < quoted.Length - 1; i++)
        {
            char c = quoted[i];
            if (c == '"')
                return null;
            if (c != '\\')
            {
                text.Append(c);
                continue;
            }

            if (++i >= quoted.Length - 1)
                return null;
            if (quoted[i] is '"' or '\\')
            {
                text.Append(quoted[i]);
                continue;
            }

            if (quoted[i] != 'u' || i + 4 >= quoted.Length - 1
                || !int.TryParse(quoted.Substring(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
            {
                return null;
            }

            text.Append((char)code);
            i += 4;
        }

        return text.ToString();
    }
}
