using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Opens files of the host with an advisory lock: one writer, or readers.</summary>
internal static class HostFile
{
    // .NET gives the errno of a refused lock, EWOULDBLOCK, as the HResult.
    private const int WouldBlock = 11;

    /// <summary>Opens a file that exists.</summary>
    /// <exception cref="BlockBackendException">It cannot be opened; the message says what to do.</exception>
    public static ImageFile Open(string path, bool readOnly)
    {
        if (Directory.Exists(path))
            throw new BlockBackendException($"qcow2 image {path}: is a directory; name a file or a block device");
        try
        {
            var access = readOnly ? FileAccess.Read : FileAccess.ReadWrite;
            var handle = File.OpenHandle(path, FileMode.Open, access, readOnly ? FileShare.Read : FileShare.None);
            return Wrap(path, handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlockBackendException(
                $"qcow2 image {path}: does not exist; create it, for example: qemu-img create -f qcow2 {path} 1G", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new BlockBackendException(
                $"qcow2 image {path}: no permission to {(readOnly ? "read" : "read and write")} it; "
                + "change its mode or owner, run as another user, or open it read-only", e);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new BlockBackendException(
                $"qcow2 image {path}: in use by another process; stop that one, or open it read-only in both", e);
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            throw new BlockBackendException($"qcow2 image {path}: cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Makes a file that does not exist yet.</summary>
    /// <exception cref="BlockBackendException">It cannot be made.</exception>
    public static ImageFile Create(string path)
    {
        try
        {
            return Wrap(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BlockBackendException($"qcow2 image {path}: cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Opens a small file of our own, or makes it.</summary>
    /// <exception cref="BlockBackendException">It cannot be opened.</exception>
    public static ImageFile OpenOrCreate(string path)
    {
        try
        {
            return Wrap(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BlockBackendException($"recovery log {path}: cannot be opened: {e.Message}", e);
        }
    }

    private static ImageFile Wrap(string path, SafeFileHandle handle)
    {
        IPositionalFile? file = null;
        try
        {
            file = LinuxFile.IsSupported
                ? LinuxBlockDevice.TryCreate(handle, path) ?? new LinuxFile(handle)
                : new PortableFile(handle);
            return new ImageFile(file, file.Device is null ? long.MaxValue : file.Length);
        }
        catch
        {
            file?.Dispose();
            handle.Dispose();
            throw;
        }
    }
}
