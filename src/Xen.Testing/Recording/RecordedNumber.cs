using System;
using System.Globalization;

namespace Xen.Testing.Recording;

/// <summary>Numbers as a recording has them: <c>0x1f</c>.</summary>
internal static class RecordedNumber
{
    internal const string Zero = "0x0";

    private const string Prefix = "0x";

    internal static string Format(ulong value) => Prefix + value.ToString("x", CultureInfo.InvariantCulture);

    internal static bool TryParse(string text, out ulong value)
    {
        value = 0;
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && ulong.TryParse(
                text.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
