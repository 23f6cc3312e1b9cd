using System;
using System.Threading;
using Xen.Machine;

namespace Xen.Virtio.Tests.Support;

/// <summary>One access of a vCPU that waits for its answer.</summary>
internal sealed class WaitingAccess : IDeferredAccess, IDisposable
{
    private readonly ManualResetEventSlim _answered = new();

    public ulong Ticket { get; private set; }

    public bool IsAnswered => _answered.IsSet;

    public bool TryComplete(ulong ticket, ulong value)
    {
        Ticket = ticket;
        _answered.Set();
        return true;
    }

    public bool Wait(TimeSpan timeout) => _answered.Wait(timeout);

    public void Dispose() => _answered.Dispose();
}
