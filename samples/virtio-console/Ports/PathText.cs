using System.Globalization;
using System.Text;
using Xen.DeviceModel;

namespace VirtioConsole.Ports;

/// <summary>Paths with places for numbers, so that one path says where the consoles of many guests are.</summary>
internal static class PathText
{
    /// <summary>Whether each percent sign is one of %d, %n and %%.</summary>
    internal static bool IsValid(string path)
    {
        for (var i = path.IndexOf('%'); i >= 0; i = path.IndexOf('%', i + 2))
        {
            if (i + 1 == path.Length || path[i + 1] is not ('d' or 'n' or '%'))
                return false;
            if (i + 2 == path.Length)
                return true;
        }

        return true;
    }

    /// <summary>
    /// Puts the numbers of a device in their places: %d is the guest's domain id, %n the device's number.
    /// </summary>
    /// <param name="path">A valid path.</param>
    /// <param name="device">The device.</param>
    internal static string Fill(string path, BackendDeviceId device)
    {
        var text = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                text.Append(path[i]);
                continue;
            }

            i++;
            text.Append(path[i] switch
            {
                'd' => device.Frontend.Value.ToString(CultureInfo.InvariantCulture),
                'n' => device.Number.ToString(CultureInfo.InvariantCulture),
                _ => "%",
            });
        }

        return text.ToString();
    }
}
