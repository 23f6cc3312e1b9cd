using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using Xen.Virtio.Devices;

namespace VirtioHosting.State;

/// <summary>
/// Words in a mapped file: what is stored there outlives the process, however it ends, since the pages are the kernel's.
/// </summary>
public sealed class WordFile : IDeviceNotes, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private WordFile(MemoryMappedFile file, int count)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, (long)count * sizeof(ulong));
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Opens a file, or makes one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many words it has. A file of another size is begun anew.</param>
    /// <exception cref="IOException">It cannot be opened or made.</exception>
    public static WordFile Open(string path, int count)
    {
        var length = (long)count * sizeof(ulong);
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            if (stream.Length != length)
            {
                // Written, not only lengthened: a hole in a full file system is found by the first store through the
                // mapping, and that kills the process.
                stream.SetLength(0);
                stream.Write(new byte[length]);
                stream.Flush();
            }

            return new WordFile(
                MemoryMappedFile.CreateFromFile(
                    stream, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false),
                count);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ulong Read(int index) => _view.ReadUInt64((long)index * sizeof(ulong));

    /// <inheritdoc/>
    public void Write(int index, ulong value) => _view.Write((long)index * sizeof(ulong), value);

    /// <summary>Closes the file: nothing is read or written from here on.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
