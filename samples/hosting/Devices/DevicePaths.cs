using System.Globalization;
using Xen.Sys;

namespace VirtioHosting.Devices;

/// <summary>Where a device stands in the XenStore.</summary>
/// <param name="Kind">libxl's name of such devices: <c>virtio_disk</c> or <c>virtio</c>.</param>
/// <param name="Domain">The guest.</param>
/// <param name="Number">The device.</param>
internal readonly record struct DevicePaths(string Kind, DomainId Domain, uint Number)
{
    /// <summary>Where the devices of all guests are.</summary>
    /// <param name="kind">Those of one of libxl's names.</param>
    internal static string All(string kind) => $"/local/domain/0/backend/{kind}";

    /// <summary>Reads a device's number from the name of its directory.</summary>
    /// <returns>Whether it is a number as numbers are written: <c>01</c> is no device, since there is no second 1.</returns>
    internal static bool TryParseNumber(string name, out uint number) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number.ToString(CultureInfo.InvariantCulture) == name;

    /// <summary>The back end's directory.</summary>
    internal string Backend => $"{All(Kind)}/{Domain}/{Number}";

    /// <summary>The guest's directory.</summary>
    internal string Frontend => $"/local/domain/{Domain}/device/{Kind}/{Number}";

    /// <summary>libxl's own list of a guest's devices, by which xl takes them away with the guest.</summary>
    internal string Libxl => $"/libxl/{Domain}/device/{Kind}/{Number}";

    /// <summary>What the daemon has to say.</summary>
    internal string Error => $"/local/domain/0/error/backend/{Kind}/{Domain}/{Number}";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Domain}/{Number}";
}
