using System.Globalization;

namespace Xen.Headers.Libclang;

/// <summary>Numbers as the metadata has them.</summary>
internal static class DecimalText
{
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
