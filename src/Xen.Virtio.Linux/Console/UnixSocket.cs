using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Console;

/// <summary>Unix stream sockets that do not block.</summary>
internal static class UnixSocket
{
    private const int PathOffset = 2;
    private const int MaxPathLength = 107;
    private const int Backlog = 4;
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>The address of a path.</summary>
    /// <exception cref="IOException">The path is too long.</exception>
    public static byte[] Address(string path)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > MaxPathLength)
            throw new IOException($"'{path}' has {length} bytes, a socket 1 to {MaxPathLength}: name a shorter path");
        var address = new byte[PathOffset + length + 1];
        MemoryMarshal.Write(address, (ushort)Posix.AF_UNIX);
        Encoding.UTF8.GetBytes(path, address.AsSpan(PathOffset));
        return address;
    }

    /// <summary>Connects.</summary>
    /// <returns>The connection; null, with an errno as the last error, if nobody is there.</returns>
    public static SafeFileHandle? Connect(byte[] address)
    {
        var socket = Create();
        if (!socket.IsInvalid && Posix.Connect(socket, address, (uint)address.Length) == 0)
            return socket;
        var error = Marshal.GetLastPInvokeError();
        socket.Dispose();
        Marshal.SetLastPInvokeError(error);
        return null;
    }

    /// <summary>Listens. Only this user may connect.</summary>
    /// <exception cref="IOException">The place is taken, or there is no such folder.</exception>
    public static SafeFileHandle Listen(string path, byte[] address)
    {
        MakeRoom(path, address);
        var socket = Create();
        try
        {
            // The file gets the mode that the socket has when it is bound.
            if (socket.IsInvalid || Posix.Fchmod(socket, OwnerOnly) < 0
                || Posix.Bind(socket, address, (uint)address.Length) < 0 || Posix.Listen(socket, Backlog) < 0)
                throw Failure(path);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes a socket's file. Before its listener closes: as long as it listens, nobody else takes the place.</summary>
    public static void Remove(string path)
    {
        try
        {
            if (IsSocket(path))
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one replaces it.
        }
    }

    private static void MakeRoom(string path, byte[] address)
    {
        if (IsSocket(path))
        {
            if (IsLive(address))
                throw new IOException($"another process listens on {path}: stop it, or name another path");
            File.Delete(path);
        }
        else if (File.Exists(path) || Directory.Exists(path))
        {
            throw new IOException($"{path} is there, and is no socket: remove it, or name another path");
        }
    }

    // Opening a socket fails in a way of its own.
    private static bool IsSocket(string path)
    {
        using var file = Posix.Open(path, Posix.O_NONBLOCK | Posix.O_CLOEXEC | Posix.O_NOCTTY);
        return file.IsInvalid && Marshal.GetLastPInvokeError() == Posix.ENXIO;
    }

    private static bool IsLive(byte[] address)
    {
        using var socket = Connect(address);
        return socket is not null || Marshal.GetLastPInvokeError() != Posix.ECONNREFUSED;
    }

    private static SafeFileHandle Create() =>
        Posix.Socket(Posix.AF_UNIX, Posix.SOCK_STREAM | Posix.SOCK_NONBLOCK | Posix.SOCK_CLOEXEC, 0);

    private static IOException Failure(string path) =>
        new($"cannot listen on {path}: {Marshal.GetLastPInvokeErrorMessage()}");
}
