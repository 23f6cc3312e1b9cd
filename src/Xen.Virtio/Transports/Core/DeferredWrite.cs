using System.Threading;
using Xen.Machine;

namespace Xen.Virtio.Transports.Core;

/// <summary>A register write that waits for host I/O: elsewhere, so that no other vCPU and no other device waits with it.</summary>
internal sealed class DeferredWrite(IMmioDevice window, ulong offset, byte[] data, IoCompletion completion)
    : IThreadPoolWorkItem
{
    public void Execute()
    {
        window.Write(offset, data);
        completion.Complete();
    }

    public static IoResult Start(IMmioDevice window, ulong offset, byte[] data, IoCompletion completion)
    {
        ThreadPool.UnsafeQueueUserWorkItem(
            new DeferredWrite(window, offset, data, completion), preferLocal: false);
        return IoResult.Deferred;
    }
}
