using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage;

/// <summary>Opens images of whatever format on the host, and says what to do if one cannot be opened.</summary>
internal static class HostImage
{
    // .NET gives the errno of a refused lock, EWOULDBLOCK, as the HResult.
    private const int WouldBlock = 11;

    /// <summary>Opens a file that exists, with an advisory lock (<c>flock</c>).</summary>
    /// <param name="kind">What the image is, for messages.</param>
    /// <param name="path">A regular file or a block device.</param>
    /// <param name="readOnly">For reading alone.</param>
    /// <param name="share">Whom the lock lets in.</param>
    /// <param name="creation">A command that makes such an image.</param>
    /// <exception cref="BlockBackendException">It cannot be opened; the message says what to do.</exception>
    internal static SafeFileHandle Open(string kind, string path, bool readOnly, FileShare share, string creation)
    {
        if (Directory.Exists(path))
            throw new BlockBackendException($"{kind} {path}: is a directory; name a file or a block device");
        try
        {
            return File.OpenHandle(path, FileMode.Open, readOnly ? FileAccess.Read : FileAccess.ReadWrite, share);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlockBackendException($"{kind} {path}: does not exist; create it, for example: {creation}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new BlockBackendException(
                $"{kind} {path}: no permission to {(readOnly ? "read" : "read and write")} it; "
                + "change its mode or owner, run as another user, or open it read-only", e);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new BlockBackendException(
                $"{kind} {path}: in use by another process; stop that one, or open it read-only in both", e);
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            throw new BlockBackendException($"{kind} {path}: cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>What can be done with a file or a block device, on this system.</summary>
    /// <param name="handle">Owned by the result.</param>
    /// <param name="path">Where it is.</param>
    /// <exception cref="IOException">It cannot be asked what it is.</exception>
    internal static IPositionalFile Wrap(SafeFileHandle handle, string path)
    {
        try
        {
            if (!LinuxFile.IsSupported)
                return new PortableFile(handle);
            return LinuxBlockDevice.TryCreate(handle, path) ?? new LinuxFile(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}
