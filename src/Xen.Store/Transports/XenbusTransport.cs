using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <summary>A connection through Linux's xenbus device.</summary>
/// <remarks>
/// <para>
/// Nothing but a second file can end a wait for the device, so there is one. Writing does not wait: the kernel keeps
/// the message until the daemon's ring has room.
/// </para>
/// <para>
/// The kernel looks at some requests itself and refuses them by an error of the write; the device stays as it was. Here such
/// an error becomes the answer that the daemon would have given.
/// </para>
/// </remarks>
internal sealed class XenbusTransport : IXenStoreTransport
{
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _refusals = new();
    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle _signal;
    private volatile bool _isDisposed;
    private ReadOnlyMemory<byte> _refusal;

    /// <summary>Takes over an open device.</summary>
    /// <param name="file">The device; disposed of with this.</param>
    /// <exception cref="System.IO.IOException">There is no file to be had for ending waits.</exception>
    internal XenbusTransport(SafeFileHandle file)
    {
        _file = file;
        // SAFETY: takes no address.
        _signal = Libc.eventfd(0, Libc.EFD_CLOEXEC);
        if (_signal.IsInvalid)
            throw FileWait.Failure("eventfd", Marshal.GetLastPInvokeError());
    }

    public XenStoreTransportTraits Traits =>
        XenStoreTransportTraits.OneRequestAtATime
        | XenStoreTransportTraits.RewritesRequestIds
        | XenStoreTransportTraits.ShortMessages;

    public int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        while (true)
        {
            // SAFETY: the kernel reads as many bytes as the span has.
            var sent = Libc.write(_file, ref MemoryMarshal.GetReference(bytes), bytes.Length);
            if (sent >= 0)
                return (int)sent;
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.EINTR)
                continue;
            if (!Enum.IsDefined((XenStoreError)errno))
                throw FileWait.Failure("write", errno);
            Refuse(MessageHeader.Read(bytes), (XenStoreError)errno);
            return bytes.Length;
        }
    }

    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        while (true)
        {
            if (!_refusal.IsEmpty || _refusals.TryDequeue(out _refusal))
                return TakeRefusal(buffer);
            if (_isDisposed)
                return 0;
            switch (FileWait.ForEither(_file, _signal, timeout))
            {
                case ReadyFile.First:
                    return Read(buffer);
                case ReadyFile.Second:
                    ClearSignal();
                    break;
                default:
                    return -1;
            }
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        Signal();
        _file.Dispose();
    }

    private int Read(Span<byte> buffer)
    {
        while (true)
        {
            // SAFETY: the kernel writes at most as many bytes as the span has.
            var received = Libc.read(_file, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (received >= 0)
                return (int)received;
            if (Marshal.GetLastPInvokeError() is var errno and not Libc.EINTR)
                throw FileWait.Failure("read", errno);
        }
    }

    private void Refuse(MessageHeader request, XenStoreError error)
    {
        var name = ErrorNames.Name(error);
        var answer = new byte[MessageHeader.Size + name.Length + 1];
        var writer = new MessageWriter(answer, MessageType.Error, request.RequestId, request.TransactionId);
        writer.AddString(name);
        writer.TryEnd(out _);
        _refusals.Enqueue(answer);
        Signal();
    }

    private int TakeRefusal(Span<byte> buffer)
    {
        var length = Math.Min(buffer.Length, _refusal.Length);
        _refusal.Span[..length].CopyTo(buffer);
        _refusal = _refusal[length..];
        return length;
    }

    private void Signal()
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        // SAFETY: the kernel reads the eight bytes. Whoever waits wakes up.
        _ = Libc.write(_signal, ref MemoryMarshal.GetReference(one), one.Length);
    }

    private void ClearSignal()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        // SAFETY: the kernel writes the eight bytes.
        _ = Libc.read(_signal, ref MemoryMarshal.GetReference(count), count.Length);
    }
}
