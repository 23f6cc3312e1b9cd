using System;
using System.Buffers;
using System.IO;
using System.Text;

namespace Xen.Store.Cli.Output;

/// <summary>
/// The data that a command prints: bytes, gathered until there are many or <see cref="Flush"/> is called.
/// </summary>
/// <param name="stream">Where they go.</param>
internal sealed class DataWriter(Stream stream) : IBufferWriter<byte>
{
    private const int Many = 64 * 1024;
    private readonly ArrayBufferWriter<byte> _gathered = new(Many);

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _gathered.Write(bytes);
        FlushIfMany();
    }

    /// <summary>Writes text.</summary>
    public void Write(string text)
    {
        Encoding.UTF8.GetBytes(text, _gathered);
        FlushIfMany();
    }

    /// <summary>Writes text and ends the line.</summary>
    public void WriteLine(string text)
    {
        Write(text);
        Write("\n"u8);
    }

    /// <summary>Hands on what was gathered.</summary>
    /// <exception cref="OutputClosedException">Nobody reads it any more.</exception>
    public void Flush()
    {
        stream.Write(_gathered.WrittenSpan);
        stream.Flush();
        _gathered.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public void Advance(int count) => _gathered.Advance(count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => _gathered.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _gathered.GetSpan(sizeHint);

    private void FlushIfMany()
    {
        if (_gathered.WrittenCount >= Many)
            Flush();
    }
}
