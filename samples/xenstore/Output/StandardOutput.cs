using System;
using System.IO;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Store.Cli.Output;

/// <summary>
/// The standard output, by the system call: the console's own stream does not tell when nobody reads any more.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int Number = 1;
    private const int InterruptedCall = 4;
    private const int BrokenPipe = 32;
    private const nint GetWindowSize = 0x5413;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The columns of the terminal; null if it is none.</summary>
    public static int? Columns
    {
        get
        {
            var size = default(WindowSize);
            // SAFETY: the kernel writes the structure, which stands on the stack.
            return ioctl(Number, GetWindowSize, ref size) == 0 ? size.Columns : null;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            // SAFETY: the kernel reads as many bytes as the span has.
            var written = write(Number, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else if (Marshal.GetLastPInvokeError() is var errno && errno == BrokenPipe)
                throw new OutputClosedException();
            else if (errno != InterruptedCall)
                throw new IOException($"cannot write the output: {XenErrno.Name(errno)} ({XenErrno.Message(errno)})");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is kept back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(int file, ref readonly byte buffer, nint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(int file, nint request, ref WindowSize size);

    /// <summary>C origin: <c>struct winsize</c>.</summary>
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
