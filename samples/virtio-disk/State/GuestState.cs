using System;
using System.Globalization;
using System.IO;
using System.Text;
using Xen.Sys;

namespace VirtioDisk.State;

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

    /// <summary>Forgets the server and the disks; what the guest has programmed besides stays.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    internal void ForgetServerAndDisks()
    {
        foreach (var disk in Directory.GetDirectories(path))
            RemoveDisk(disk);
        ForgetServer();
    }

    /// <summary>A file of the guest.</summary>
    internal string File(string name) => System.IO.Path.Combine(path, name);

    /// <summary>The directory of a disk.</summary>
    internal string Disk(uint number) => System.IO.Path.Combine(path, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// The recovery log of a disk's qcow2 image, in a directory that exists. One from before the disk was served is
    /// removed.
    /// </summary>
    /// <exception cref="IOException">There is no room.</exception>
    internal string RecoveryLog(uint number)
    {
        Directory.CreateDirectory(path);
        var log = RecoveryLogOf(Disk(number));
        if (!Directory.Exists(Disk(number)))
            System.IO.File.Delete(log);
        return log;
    }

    /// <summary>Removes what is kept of a disk.</summary>
    /// <param name="directory">The disk's directory.</param>
    internal static void RemoveDisk(string directory)
    {
        Remove(directory);
        if (System.IO.File.Exists(RecoveryLogOf(directory)))
            System.IO.File.Delete(RecoveryLogOf(directory));
    }

    /// <summary>Removes all: the guest is gone.</summary>
    internal void Remove() => Remove(path);

    private static string RecoveryLogOf(string diskDirectory) => diskDirectory + ".qcow2";

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
