using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Tests;

/// <summary>What a command prints while it runs.</summary>
internal sealed class LiveOutput : MemoryStream
{
    private int _lines;

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

    public override void Write(byte[] buffer, int offset, int count)
    {
        base.Write(buffer, offset, count);
        Interlocked.Add(ref _lines, buffer.AsSpan(offset, count).Count((byte)'\n'));
    }

    /// <summary>Waits until there are so many lines, or the run is over.</summary>
    public async Task WaitForLinesAsync(int count, Task run)
    {
        while (Volatile.Read(ref _lines) < count && !run.IsCompleted)
            await Task.Delay(1);
    }
}
