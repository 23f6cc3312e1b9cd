using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using Xen.Virtio.Queues;

namespace VirtioHosting.State;

/// <summary>
/// The positions of a device's queues in a mapped file: what is stored there outlives the process, however it ends,
/// since the pages are the kernel's.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    // A cache line for each, so that the threads of two queues do not fight for one.
    private const int Stride = 64;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private JournalFile(MemoryMappedFile file, int queues)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, (long)queues * Stride);
        Queues = new IQueueJournal[queues];
        for (var i = 0; i < queues; i++)
            Queues[i] = new Journal(_view, i * Stride);
    }

    /// <summary>The journals, one for each queue.</summary>
    internal IQueueJournal[] Queues { get; }

    /// <summary>Opens a file, or makes one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="queues">How many queues the device has. A file of another size is begun anew.</param>
    /// <exception cref="IOException">It cannot be opened or made.</exception>
    internal static JournalFile Open(string path, int queues)
    {
        var length = (long)queues * Stride;
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

            return new JournalFile(
                MemoryMappedFile.CreateFromFile(
                    stream, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false),
                queues);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private sealed class Journal(MemoryMappedViewAccessor view, long offset) : IQueueJournal
    {
        public bool TryLoad(out QueuePosition position) => PositionWord.TryParse(view.ReadUInt64(offset), out position);

        public void Save(in QueuePosition position) => view.Write(offset, PositionWord.Format(position));

        public void Clear() => view.Write(offset, 0UL);
    }
}
