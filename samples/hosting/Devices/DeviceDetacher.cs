using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;

namespace VirtioHosting.Devices;

/// <summary>Takes a device away: asks the daemon to close it, then removes its keys.</summary>
/// <param name="host">The program.</param>
/// <param name="store">The store.</param>
internal sealed class DeviceDetacher(HostProgram host, XenStoreClient store)
{
    /// <summary>Asks the daemon to close a device, and waits until it has.</summary>
    /// <exception cref="ToolException">It does not.</exception>
    internal async Task CloseAsync(DevicePaths paths, TimeSpan timeout, CancellationToken stop)
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
                $"the daemon did not let go of {paths} within {timeout.TotalSeconds:0.#} s: is `{host.Name} serve` running?"
                + $" --force removes the {host.Set.Noun}'s keys without it");
        }
    }

    /// <summary>Removes a device's keys.</summary>
    internal async Task RemoveAsync(DevicePaths paths, CancellationToken stop) => await store.TransactAsync(
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
