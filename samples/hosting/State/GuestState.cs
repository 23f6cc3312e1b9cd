using System;
using System.Globalization;
using System.IO;
using System.Text;
using Xen.DeviceModel;
using Xen.Sys;

namespace VirtioHosting.State;

/// <summary>What must outlive the daemon of one guest, in a directory.</summary>
/// <param name="path">The directory.</param>
internal sealed class GuestState(string path)
{
    private const string ServerFile = "server";

    internal string Path => path;

    /// <summary>The IOREQ server that an earlier daemon has left behind; null if there is none.</summary>
    internal IoreqServerId? LeftServer =>
        StateFile.TryRead(File(ServerFile)) is { } bytes
        && ushort.TryParse(
            Encoding.ASCII.GetString(bytes), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new IoreqServerId(number)
            : null;

    /// <summary>Makes the directory, and notes the server.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    internal void NoteServer(IoreqServerId id)
    {
        Directory.CreateDirectory(path);
        StateFile.Write(File(ServerFile), Encoding.ASCII.GetBytes(id.Value.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Forgets the server: it is no more, and its number may be another program's.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    internal void ForgetServer()
    {
        if (Directory.Exists(path))
            System.IO.File.Delete(File(ServerFile));
    }

    /// <summary>Forgets the server and the devices; what the guest has programmed besides stays.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    internal void ForgetServerAndDevices()
    {
        foreach (var device in Directory.GetDirectories(path))
            RemoveDevice(device);
        ForgetServer();
    }

    /// <summary>A file of the guest.</summary>
    internal string File(string name) => System.IO.Path.Combine(path, name);

    /// <summary>The directory of a device. Devices of two kinds may have the same number.</summary>
    internal string Device(BackendDeviceId id)
    {
        var number = id.Number.ToString(CultureInfo.InvariantCulture);
        return System.IO.Path.Combine(path, id.Kind == BackendKind.VirtioDisk.Name ? number : $"{id.Kind}-{number}");
    }

    /// <summary>
    /// The file that a device may keep itself, in a directory that exists. One from before the device was served is
    /// removed.
    /// </summary>
    /// <exception cref="IOException">There is no room.</exception>
    internal string RecoveryFile(BackendDeviceId id)
    {
        Directory.CreateDirectory(path);
        var file = RecoveryFileOf(Device(id));
        if (!Directory.Exists(Device(id)))
            System.IO.File.Delete(file);
        return file;
    }

    /// <summary>Removes what is kept of a device.</summary>
    /// <param name="directory">The device's directory.</param>
    internal static void RemoveDevice(string directory)
    {
        Remove(directory);
        if (System.IO.File.Exists(RecoveryFileOf(directory)))
            System.IO.File.Delete(RecoveryFileOf(directory));
    }

    /// <summary>Removes all: the guest is gone.</summary>
    internal void Remove() => Remove(path);

    private static string RecoveryFileOf(string deviceDirectory) => deviceDirectory + ".recovery";

    /// <summary>Removes a directory, if it is there.</summary>
    internal static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It was not there, or stays: a later daemon does not use it, since it is of another life.
        }
    }
}
