using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;

namespace VirtioDisk.Disks;

/// <summary>Takes a disk away: asks the daemon to close it, then removes its keys.</summary>
/// <param name="store">The store.</param>
internal sealed class DiskDetacher(XenStoreClient store)
{
    /// <summary>Asks the daemon to close a disk, and waits until it has.</summary>
    /// <exception cref="ToolException">It does not.</exception>
    internal async Task CloseAsync(DiskPaths paths, TimeSpan timeout, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(timeout);
        await store.TransactAsync(
            async transaction =>
            {
                if (await transaction.TryReadAsync($"{paths.Backend}/state", stop) is null or "6")
                    return;
                await transaction.WriteAsync($"{paths.Backend}/online", "0", stop);
                await transaction.WriteAsync($"{paths.Backend}/state", "5", stop);
            },
            stop);
        try
        {
            await store.WaitUntilAsync($"{paths.Backend}/state", static state => state is null or "6", end.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ToolException(
                ExitCode.Timeout,
                $"the daemon did not let go of {paths} within {timeout.TotalSeconds:0.#} s: is `virtio-disk serve` running?"
                + " --force removes the disk's keys without it");
        }
    }

    /// <summary>Removes a disk's keys.</summary>
    internal async Task RemoveAsync(DiskPaths paths, CancellationToken stop) => await store.TransactAsync(
        async transaction =>
        {
            foreach (var path in (string[])[paths.Frontend, paths.Backend, paths.Libxl, paths.Error])
            {
                if (await transaction.ExistsAsync(path, stop))
                    await transaction.RemoveAsync(path, stop);
            }
        },
        stop);
}
