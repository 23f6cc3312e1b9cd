using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys.Tests.Control;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>What holds for every wrapper of a hypercall, and for domctl and sysctl in every form.</summary>
public sealed class WrapperTests : IDisposable
{
    private const int AnyErrno = XenAbi.XEN_EXDEV;

    private static readonly Dictionary<string, WrapperCase> Cases = WrapperCases.All
        .Concat(ControlCases.All.Select(c => c.Case))
        .ToDictionary(c => c.Name);

    private readonly Recording _recording = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => _recording.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Registers_and_bytes_are_exact(string name)
    {
        var wrapper = Run(name, success: true, out _);
        Assert.Equal(1, _recording.CallCount);
        var call = _recording.Calls[0];
        Assert.Equal(wrapper.Domain, call.Domain);
        if (wrapper.Domain is null)
            Assert.Equal([.. wrapper.Registers, .. new ulong[6 - wrapper.Registers.Length]], call.Registers);

        string?[] sent = [wrapper.Sent, wrapper.SentData];
        Assert.Equal(sent.Count(text => text is not null), call.Count);
        for (var i = 0; i < call.Count; i++)
            Assert.Equal(Hex(Bytes.Parse(sent[i]!)), Hex(call.Buffers[i].AsSpan(0, call.Lengths[i])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Answer_is_taken_apart(string name)
    {
        var wrapper = Run(name, success: true, out var result);
        Assert.Equal(wrapper.Result ?? wrapper.Answer, result.Value);
        Assert.Equal(wrapper.Out, _recording.Outs.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Failure_comes_back_and_nothing_else_does(string name)
    {
        var wrapper = Run(name, success: false, out var result);
        Assert.Equal(AnyErrno, result.Errno);
        Assert.Equal(wrapper.OutOnFailure ?? new long[wrapper.Out.Length], _recording.Outs.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_buffer_Xen_is_not_called(string name)
    {
        var wrapper = Run(name, success: true, out _);
        if (_recording.Acquired == 0)
            return;

        _recording.IsOutOfMemory = true;
        Run(name, success: true, out var result);
        Assert.Equal(XenAbi.XEN_ENOMEM, result.Errno);
        Assert.Equal(0, _recording.CallCount);
        Assert.Equal(
            wrapper.OutWithoutBuffer ?? wrapper.OutOnFailure ?? new long[wrapper.Out.Length],
            _recording.Outs.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_allocated(string name)
    {
        var wrapper = Cases[name];
        if (wrapper.Allocates)
            return;

        Prepare(wrapper, success: true);
        var transport = _recording.Transport;
        Assert.Equal(0, Allocation.Least(Call));
        Prepare(wrapper, success: false);
        Assert.Equal(0, Allocation.Least(Call));
        _recording.IsOutOfMemory = true;
        Assert.Equal(0, Allocation.Least(Call));

        void Call()
        {
            _recording.Clear();
            wrapper.Call(transport);
        }
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private WrapperCase Run(string name, bool success, out HypercallResult result)
    {
        var wrapper = Cases[name];
        Prepare(wrapper, success);
        _recording.Clear();
        result = wrapper.Call(_recording.Transport);
        Assert.Equal(_recording.Acquired, _recording.Released);
        return wrapper;
    }

    private void Prepare(WrapperCase wrapper, bool success)
    {
        _recording.Answer = success ? wrapper.Answer : -AnyErrno;
        _recording.Replies = [.. wrapper.Reply.Select(text => new Reply(text))];
        _recording.Garbage = success ? null : (byte)0xa5;
    }
}
