using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Opens files of the host with an advisory lock: one writer, or readers.</summary>
internal static class HostFile
{
    /// <summary>Opens a file that exists.</summary>
    /// <exception cref="BlockBackendException">It cannot be opened; the message says what to do.</exception>
    public static ImageFile Open(string path, bool readOnly) => Wrap(path, HostImage.Open(
        "qcow2 image", path, readOnly, readOnly ? FileShare.Read : FileShare.None, $"qemu-img create -f qcow2 {path} 1G"));

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
        var file = HostImage.Wrap(handle, path);
        try
        {
            return new ImageFile(file, file.Device is null ? long.MaxValue : file.Length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
