using System.IO;

namespace VirtioConsole.Ports;

/// <summary>
/// The ports of a device that does not say them itself, from one daemon to the next one: a guest that has found a
/// device with so many queues cannot have another one instead.
/// </summary>
internal static class KeptPorts
{
    /// <summary>The ports that the device was given first.</summary>
    /// <param name="path">The file that has them.</param>
    /// <param name="present">What serve says now, which is kept if nothing was before.</param>
    /// <exception cref="IOException">They cannot be kept.</exception>
    internal static PortList Take(string path, PortList present)
    {
        if (File.Exists(path) && PortList.TryParse(File.ReadAllText(path), out var kept, out _))
            return kept;
        var temporary = path + ".new";
        File.WriteAllText(temporary, present.ToString());
        File.Move(temporary, path, overwrite: true);
        return present;
    }
}
