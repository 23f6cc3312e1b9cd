using System;
using System.Threading;

namespace Xen.Virtio.Devices;

/// <summary>Waits of handlers that end when their queue is to stop.</summary>
internal static class WaitHandles
{
    /// <summary>Waits until an event is set, or the queue is to stop.</summary>
    public static void Wait(ManualResetEventSlim signal, CancellationToken stopping)
    {
        try
        {
            signal.Wait(stopping);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at the token.
        }
    }
}
