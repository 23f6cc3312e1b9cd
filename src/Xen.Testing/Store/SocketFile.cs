using System;
using System.IO;
using System.Net.Sockets;

namespace Xen.Testing.Store;

/// <summary>The file of a socket that a server listens at.</summary>
internal static class SocketFile
{
    private const int Backlog = 64;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes it, in the place of what is there.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static Socket Listen(string path)
    {
        // It comes to its place when it serves; and .NET, which removes what it has bound, does not find it there.
        var place = path + ".new";
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(place);
            listener.Bind(new UnixDomainSocketEndPoint(place));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(place, OwnerOnly);
            listener.Listen(Backlog);
            File.Move(place, path, overwrite: true);
            return listener;
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new IOException($"no socket at {path}: {error.Message}", error);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Looks that nothing is there but, at most, a socket at which nobody listens.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">There is something else.</exception>
    internal static void RefuseUnlessStale(string path)
    {
        if (!File.Exists(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            return;
        }
        catch (SocketException error)
        {
            throw new IOException($"{path} is there already: {error.Message}", error);
        }

        throw new IOException($"somebody listens at {path} already");
    }

    // A plain file refuses connections, too; but it can be opened.
    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
