using System;
using System.Threading;
using Xen.Machine;

namespace Xen.DeviceModel.Tests;

/// <summary>A device that puts every access off, and shows what completes it.</summary>
internal sealed class DeferringDevice : IDeferringDevice
{
    private readonly object _gate = new();
    private int _asked;

    internal IoCompletion Completion { get; private set; }

    /// <summary>What else is done while the device is asked.</summary>
    internal Action<IoCompletion> WhileAsked { get; set; } = static _ => { };

    internal IoResult Answer { get; set; } = IoResult.Deferred;

    public ulong Length => 0x1000;

    public IoResult Read(ulong offset, Span<byte> data)
    {
        data.Clear();
        return IoResult.Ok;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data) => IoResult.Ok;

    public IoResult Read(ulong offset, Span<byte> data, IoCompletion completion)
    {
        data.Clear();
        return PutOff(completion);
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data, IoCompletion completion) => PutOff(completion);

    internal IoCompletion WaitUntilAsked()
    {
        lock (_gate)
        {
            while (_asked == 0)
                Assert.True(Monitor.Wait(_gate, TimeSpan.FromSeconds(30)));
            _asked--;
            return Completion;
        }
    }

    private IoResult PutOff(IoCompletion completion)
    {
        WhileAsked(completion);
        lock (_gate)
        {
            Completion = completion;
            _asked++;
            Monitor.PulseAll(_gate);
        }

        return Answer;
    }
}
