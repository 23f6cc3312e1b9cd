using System;
using System.IO;
using Xen.Virtio.Queues;

namespace VirtioHosting.State;

/// <summary>The positions of a device's queues in a mapped file.</summary>
internal sealed class JournalFile : IDisposable
{
    // A cache line for each, so that the threads of two queues do not fight for one.
    private const int Stride = 64 / sizeof(ulong);

    private readonly WordFile _words;

    private JournalFile(WordFile words, int queues)
    {
        _words = words;
        Queues = new IQueueJournal[queues];
        for (var i = 0; i < queues; i++)
            Queues[i] = new Journal(words, i * Stride);
    }

    /// <summary>The journals, one for each queue.</summary>
    internal IQueueJournal[] Queues { get; }

    /// <summary>Opens a file, or makes one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="queues">How many queues the device has. A file of another size is begun anew.</param>
    /// <exception cref="IOException">It cannot be opened or made.</exception>
    internal static JournalFile Open(string path, int queues) => new(WordFile.Open(path, queues * Stride), queues);

    public void Dispose() => _words.Dispose();

    private sealed class Journal(WordFile words, int index) : IQueueJournal
    {
        public bool TryLoad(out QueuePosition position) => PositionWord.TryParse(words.Read(index), out position);

        public void Save(in QueuePosition position) => words.Write(index, PositionWord.Format(position));

        public void Clear() => words.Write(index, 0);
    }
}
