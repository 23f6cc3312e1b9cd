using System.Globalization;

namespace Xen.Privcmd.Telemetry;

/// <summary>Addresses as people read them.</summary>
internal static class AddressText
{
    internal static string Of(nint address) => "0x" + address.ToString("x", CultureInfo.InvariantCulture);
}
