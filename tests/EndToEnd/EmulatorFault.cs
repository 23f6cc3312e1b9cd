using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace EndToEnd;

/// <summary>
/// What QEMU's emulation of a processor with virtualization does to a guest once in a while: flags that no processor has,
/// and a kernel that ends by them. Seen while a guest's kernel began, before it had a device.
/// </summary>
internal static partial class EmulatorFault
{
    // Bits 22 and up of RFLAGS are 0 on every processor: Intel SDM volume 1, 3.4.3.
    private const ulong NoFlags = ~0x3f_ffffUL;

    /// <summary>Whether the log of a guest below a folder shows such flags.</summary>
    /// <param name="folder">Where a run of the lab has put its files.</param>
    internal static bool IsIn(string folder) => Directory.Exists(folder)
        && Directory.EnumerateFiles(folder, "guest-*.log", SearchOption.AllDirectories).Any(static log => Shows(File.ReadAllText(log)));

    /// <summary>Whether a kernel's report of its registers has such flags.</summary>
    /// <param name="log">What the kernel printed.</param>
    internal static bool Shows(string log) => Flags().Matches(log).Any(static match =>
        (ulong.Parse(match.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & NoFlags) != 0);

    [GeneratedRegex("EFLAGS: ([0-9a-f]{8,16})\\b")]
    private static partial Regex Flags();
}
