using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <summary>What holds for every operation of domctl and sysctl, in every form.</summary>
public sealed class ControlOperationTests : IDisposable
{
    private const int AnyErrno = XenAbi.XEN_EXDEV;

    private static readonly Dictionary<string, ControlCase> Cases = DomctlCases.All.Concat(SysctlCases.All)
        .ToDictionary(c => c.Case.Name);

    private readonly Recording _recording = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    internal static IEnumerable<string> Wrappers => Cases.Values.Select(c => c.Case.Wrapper).Distinct();

    public void Dispose() => _recording.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Registers_and_bytes_are_exact(string name)
    {
        var expected = Run(name, success: true, out _);
        Assert.Equal(1, _recording.CallCount);
        var call = _recording.Calls[0];
        Assert.Equal([.. expected.Registers, .. new ulong[6 - expected.Registers.Length]], call.Registers);
        Assert.Equal(
            Convert.ToHexStringLower(Bytes.Parse(expected.Sent!)),
            Convert.ToHexStringLower(call.Buffers[0].AsSpan(0, call.Lengths[0])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Answer_is_taken_apart(string name)
    {
        var expected = Run(name, success: true, out var result);
        Assert.Equal(expected.Result ?? expected.Answer, result.Value);
        Assert.Equal(expected.Out, _recording.Outs.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Failure_comes_back_and_nothing_else_does(string name)
    {
        var expected = Run(name, success: false, out var result);
        Assert.Equal(AnyErrno, result.Errno);
        Assert.Equal(expected.OutOnFailure ?? new long[expected.Out.Length], _recording.Outs.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_a_buffer_Xen_is_not_called(string name)
    {
        _recording.IsOutOfMemory = true;
        var expected = Run(name, success: true, out var result);
        Assert.Equal(XenAbi.XEN_ENOMEM, result.Errno);
        Assert.Equal(0, _recording.CallCount);
        Assert.Equal(expected.OutOnFailure ?? new long[expected.Out.Length], _recording.Outs.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_the_structures_Xen_is_not_called(string name)
    {
        // The one operation that is stable takes no interface.
        if (Cases[name].Case.Wrapper == "Domctl.GetDomainState")
            return;

        Assert.Equal(XenAbi.XEN_EACCES, Cases[name].CallUnsupported(_recording.Transport).Errno);
        Assert.Equal((0, 0), (_recording.CallCount, _recording.Acquired));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_allocated(string name)
    {
        var wrapper = Cases[name].Case;
        Prepare(wrapper, success: true);
        var transport = _recording.Transport;
        for (var i = 0; i < 3; i++)
            Call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Call()
        {
            _recording.Clear();
            wrapper.Call(transport);
        }
    }

    private WrapperCase Run(string name, bool success, out HypercallResult result)
    {
        var wrapper = Cases[name].Case;
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
