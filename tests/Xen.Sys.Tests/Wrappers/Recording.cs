using System;
using System.Runtime.InteropServices;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>
/// Plays Xen for one wrapper: keeps what goes out, gives the answer that a test wrote, and watches the buffers. All of
/// its memory is there from the start, so that it allocates nothing while it records.
/// </summary>
internal sealed unsafe class Recording : IDisposable
{
    /// <summary>Stands for the address of the argument's buffer.</summary>
    internal const ulong Pointer = 0x7e57_0000_0000_0000;

    private const int MaximumCalls = 8;
    private const byte Canary = 0xee;

    private readonly RecordedCall[] _calls = new RecordedCall[MaximumCalls];
    private readonly long[] _out = new long[32];
    private readonly byte* _page = (byte*)NativeMemory.Alloc(XenPage.Size);
    private int _size;
    private bool _isOut;

    internal Recording()
    {
        for (var i = 0; i < MaximumCalls; i++)
            _calls[i] = new RecordedCall();
    }

    /// <summary>What Xen is told to answer.</summary>
    internal long Answer { get; set; }

    /// <summary>What Xen writes into the argument.</summary>
    internal Reply[] Replies { get; set; } = [];

    /// <summary>Answers each call in place of <see cref="Answer"/>: the number of the call and its buffer go in.</summary>
    internal Func<int, nint, long>? Script { get; set; }

    /// <summary>There are no buffers.</summary>
    internal bool IsOutOfMemory { get; set; }

    /// <summary>Xen overwrites all of the argument with this, unless it is null.</summary>
    internal byte? Garbage { get; set; }

    /// <summary>Buffers handed out, and given back.</summary>
    internal int Acquired { get; private set; }

    internal int Released { get; private set; }

    internal int CallCount { get; private set; }

    internal ReadOnlySpan<RecordedCall> Calls => _calls.AsSpan(0, CallCount);

    internal ReadOnlySpan<long> Outs => _out.AsSpan(0, OutCount);

    private int OutCount { get; set; }

    internal RecordingTransport Transport => new(this);

    /// <summary>Forgets what has been recorded.</summary>
    internal void Clear() => (CallCount, OutCount, Acquired, Released) = (0, 0, 0, 0);

    internal void Out(long value) => _out[OutCount++] = value;

    internal HypercallResult Invoke(uint hypercall, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        var call = _calls[CallCount];
        var registers = call.Registers;
        (registers[0], registers[1], registers[2]) = (hypercall, Normal(arg1), Normal(arg2));
        (registers[3], registers[4], registers[5]) = (Normal(arg3), Normal(arg4), Normal(arg5));
        call.Domain = null;
        call.Count = _isOut ? 1 : 0;
        if (_isOut)
            Keep(call, 0, _page, _size);
        return Reply();
    }

    internal HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        var call = _calls[CallCount];
        call.Domain = domain.Value;
        call.Count = (int)count;
        for (var i = 0; i < count; i++)
            Keep(call, i, buffers[i].h.Pointer, (int)buffers[i].size);

        // SAFETY: the wrapper said how large its buffers are.
        foreach (ref readonly var reply in Replies.AsSpan())
            reply.WriteTo(new Span<byte>(buffers[reply.Buffer].h.Pointer, (int)buffers[reply.Buffer].size));
        if (Garbage is { } garbage)
        {
            for (var i = 0; i < count; i++)
                new Span<byte>(buffers[i].h.Pointer, (int)buffers[i].size).Fill(garbage);
        }

        var answer = Script?.Invoke(CallCount, (nint)buffers[0].h.Pointer) ?? Answer;
        CallCount++;
        return new HypercallResult(answer);
    }

    internal void* Acquire(nuint size)
    {
        Hold(size <= XenPage.Size, "a buffer is larger than a page");
        if (IsOutOfMemory)
            return null;

        Hold(!_isOut, "a second buffer is taken before the first is given back");
        _isOut = true;
        _size = (int)size;
        Acquired++;
        new Span<byte>(_page, _size).Clear();
        new Span<byte>(_page + _size, XenPage.Size - _size).Fill(Canary);
        return _page;
    }

    internal void Release(void* buffer)
    {
        if (buffer is null)
            return;
        Hold(_isOut && buffer == _page, "a buffer is given back that is not out");
        Hold(
            !new ReadOnlySpan<byte>(_page + _size, XenPage.Size - _size).ContainsAnyExcept(Canary),
            "something wrote behind the end of the buffer");
        _isOut = false;
        Released++;
    }

    public void Dispose() => NativeMemory.Free(_page);

    // The test framework's assertions allocate, which would hide what a wrapper does.
    private static void Hold(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException(otherwise);
    }

    private HypercallResult Reply()
    {
        // SAFETY: within the buffer that the wrapper asked for.
        var argument = new Span<byte>(_page, _isOut ? _size : 0);
        foreach (ref readonly var reply in Replies.AsSpan())
            reply.WriteTo(argument);
        if (Garbage is { } garbage)
            argument.Fill(garbage);
        var answer = Script?.Invoke(CallCount, (nint)_page) ?? Answer;
        CallCount++;
        return new HypercallResult(answer);
    }

    private void Keep(RecordedCall call, int index, void* buffer, int length)
    {
        // SAFETY: the wrapper said how large its buffer is.
        var copy = call.Buffers[index].AsSpan(0, length);
        new ReadOnlySpan<byte>(buffer, length).CopyTo(copy);
        call.Lengths[index] = length;
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(copy))
            word = Normal(word);
    }

    private ulong Normal(ulong value)
    {
        var offset = value - (ulong)_page;
        return _isOut && offset < XenPage.Size ? Pointer + offset : value;
    }
}
