using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Xen.Sys;

namespace VirtioHosting.State;

/// <summary>The daemon's directory: its lock, its socket, and the state of each guest.</summary>
internal sealed class RunDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private RunDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    internal string Path { get; }

    internal string ControlSocket => SocketOf(Path);

    internal static string SocketOf(string path) => System.IO.Path.Combine(path, "control.sock");

    /// <summary>Opens it, for one daemon at a time.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="program">Name of the program.</param>
    /// <exception cref="ToolException">Another daemon has it, or it cannot be made.</exception>
    internal static RunDirectory Open(string path, string program)
    {
        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            MakeDirectory(path);
            // Opened without sharing: a lock that the kernel lets go of with the process, however that ends.
            var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var text = System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n");
            stream.SetLength(0);
            stream.Write(text);
            stream.Flush();
            return new RunDirectory(path, stream);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ToolException(
                ExitCode.Denied, $"{path} cannot be used: {error.Message}; run as root, or give another --run-dir");
        }
        catch (IOException error)
        {
            throw new ToolException(
                ExitCode.Failure,
                $"{file} cannot be locked: {error.Message} Another `{program} serve` runs (systemctl status {program});"
                + " one daemon serves all guests");
        }
    }

    /// <summary>The directory of a guest's life; it is made when it is needed.</summary>
    internal GuestState Guest(DomainId domain, string incarnation) =>
        new(System.IO.Path.Combine(Path, NameOf(domain, incarnation)));

    /// <summary>The name of the directory of a guest's life.</summary>
    internal static string NameOf(DomainId domain, string incarnation) => $"{domain}-{Name(incarnation)}";

    /// <summary>Removes the state of guests that are gone.</summary>
    /// <param name="alive">The lives of the guests that there are.</param>
    internal void RemoveOthers(IEnumerable<(DomainId Domain, string Incarnation)> alive)
    {
        var kept = alive.Select(guest => Guest(guest.Domain, guest.Incarnation).Path).ToHashSet();
        foreach (var directory in Directory.EnumerateDirectories(Path))
        {
            if (IsOfGuest(System.IO.Path.GetFileName(directory)) && !kept.Contains(directory))
                GuestState.Remove(directory);
        }
    }

    /// <summary>The guests that an IOREQ server was left to, and the numbers of those servers.</summary>
    internal IReadOnlyList<(DomainId Domain, IoreqServerId Server, GuestState State)> FindLeft() => FindLeft(Path);

    /// <summary>The same of a directory that another program may have.</summary>
    internal static IReadOnlyList<(DomainId Domain, IoreqServerId Server, GuestState State)> FindLeft(string path)
    {
        var left = new List<(DomainId, IoreqServerId, GuestState)>();
        foreach (var directory in Directory.EnumerateDirectories(path))
        {
            var name = System.IO.Path.GetFileName(directory);
            var state = new GuestState(directory);
            if (IsOfGuest(name) && state.LeftServer is { } server)
                left.Add((new DomainId(ushort.Parse(name.Split('-')[0], CultureInfo.InvariantCulture)), server, state));
        }

        return left;
    }

    /// <summary>Removes the state of all guests that had a number.</summary>
    internal void RemoveAll(DomainId domain)
    {
        foreach (var directory in Directory.EnumerateDirectories(Path, $"{domain}-*"))
            GuestState.Remove(directory);
    }

    public void Dispose() => _lock.Dispose();

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }

    private static bool IsOfGuest(string name) =>
        ushort.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && name.Contains('-');

    // "/vm/UUID", of which the last part is a name; anything else becomes one.
    private static string Name(string incarnation)
    {
        const int Longest = 64;
        var last = incarnation[(incarnation.LastIndexOf('/') + 1)..];
        var name = string.Concat(last.Take(Longest).Select(
            static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-' ? letter : '_'));
        return name.Length == 0 ? "none" : name;
    }
}
