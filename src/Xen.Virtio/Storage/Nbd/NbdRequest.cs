using System;
using System.Buffers.Binary;
using System.Threading;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>One request: sent by the thread that waits for it, answered by the thread that receives.</summary>
internal sealed class NbdRequest
{
    private readonly byte[] _header = new byte[NbdProtocol.RequestSize];
    private NbdCoverage? _coverage;
    private NbdRequestState _state;

    public NbdCommand Command { get; private set; }

    public ushort Flags { get; private set; }

    public long Offset { get; private set; }

    public int Length { get; private set; }

    /// <summary>Room for the header, then the data of a read or a write; null for other requests.</summary>
    public byte[]? Buffer { get; set; }

    /// <summary>What the server calls the request.</summary>
    public ulong Cookie { get; private set; }

    /// <summary>What went wrong on the server; 0 if nothing.</summary>
    public uint Error { get; set; }

    /// <summary>For a flush: the writes that it is for; see <see cref="NbdWriteLog.Sequence"/>.</summary>
    public long FlushMark { get; set; }

    /// <summary>Called when the request has ended, unless it is null.</summary>
    public Action? Ended { get; set; }

    /// <summary>Whether this writes again what was written before the connection was lost.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Which bytes of a read have come.</summary>
    public NbdCoverage Coverage => _coverage ??= new NbdCoverage();

    /// <summary>The data of a read or a write.</summary>
    public Span<byte> Data => Buffer.AsSpan(NbdProtocol.RequestSize, Length);

    public bool IsCompleted => State == NbdRequestState.Completed;

    /// <summary>How far it is.</summary>
    public NbdRequestState State
    {
        get
        {
            lock (_header)
                return _state;
        }
    }

    /// <summary>Makes it another request.</summary>
    public void Prepare(NbdCommand command, ushort flags, long offset, int length, byte[]? buffer)
    {
        Command = command;
        Flags = flags;
        Offset = offset;
        Length = length;
        Buffer = buffer;
        Ended = null;
    }

    /// <summary>It is about to be sent, perhaps again.</summary>
    public void Begin(ulong cookie)
    {
        Cookie = cookie;
        Error = 0;
        _coverage?.Clear();
        lock (_header)
            _state = NbdRequestState.Pending;
    }

    /// <summary>The bytes to send.</summary>
    public ReadOnlySpan<byte> Format()
    {
        var hasPayload = Command == NbdCommand.Write;
        var message = hasPayload
            ? Buffer.AsSpan(0, NbdProtocol.RequestSize + Length)
            : _header.AsSpan();
        BinaryPrimitives.WriteUInt32BigEndian(message, NbdProtocol.RequestMagic);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], Flags);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)Command);
        BinaryPrimitives.WriteUInt64BigEndian(message[8..], Cookie);
        BinaryPrimitives.WriteUInt64BigEndian(message[16..], (ulong)Offset);
        BinaryPrimitives.WriteUInt32BigEndian(message[24..], (uint)Length);
        return message;
    }

    /// <summary>It has been answered, or its connection has ended.</summary>
    public void End(NbdRequestState state)
    {
        Action? ended;
        lock (_header)
        {
            // Whoever sees the state may make it another request.
            ended = Ended;
            _state = state;
            Monitor.PulseAll(_header);
        }

        ended?.Invoke();
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>Pending if the time is up. The request and its buffer may still be in use then.</returns>
    public NbdRequestState Wait(NbdDeadline deadline)
    {
        lock (_header)
        {
            while (_state == NbdRequestState.Pending)
            {
                var left = deadline.Left;
                if (left <= TimeSpan.Zero)
                    break;
                Monitor.Wait(_header, left);
            }

            return _state;
        }
    }
}
