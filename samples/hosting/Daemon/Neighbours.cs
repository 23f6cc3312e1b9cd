using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using VirtioHosting.State;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Daemon;

/// <summary>
/// Programs that serve what this one serves. A guest that one of them has left behind waits for its IOREQ server, which
/// no other one answers.
/// </summary>
internal static class Neighbours
{
    private const string All = "virtio-host";

    private static readonly string[] s_single =
        ["virtio-disk", "virtio-i2c", "virtio-gpio", "virtio-rng", "virtio-console"];

    /// <summary>Checks that none has left guests behind that live.</summary>
    /// <param name="host">This program.</param>
    /// <param name="store">The store.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ToolException">One has.</exception>
    internal static async Task CheckAsync(HostProgram host, XenStoreClient store, CancellationToken stop)
    {
        var servesAll = host.Set.Only is null;
        foreach (var name in servesAll ? s_single : (IReadOnlyList<string>)[All])
        {
            var directory = host.DirectoryOf(name);
            if (name == host.Name || !await HasLeftAsync(directory, store, stop))
                continue;
            var other = servesAll ? $", or take them over with `{host.Name} serve --run-dir {directory}`" : "";
            throw new ToolException(ExitCode.Failure, $"{name} has left guests behind: start it again{other}");
        }
    }

    private static async Task<bool> HasLeftAsync(string directory, XenStoreClient store, CancellationToken stop)
    {
        foreach (var (domain, _, state) in FindLeft(directory))
        {
            // What is left of a guest that is gone, or was there before a guest of the same number, hinders nobody.
            var life = await store.TryReadAsync($"/local/domain/{domain}/vm", stop);
            if (RunDirectory.NameOf(domain, life ?? "") == Path.GetFileName(state.Path)
                && (life is not null || await store.IsDomainIntroducedAsync(domain, stop)))
                return true;
        }

        return false;
    }

    private static IEnumerable<(DomainId Domain, IoreqServerId Server, GuestState State)> FindLeft(string directory)
    {
        try
        {
            return RunDirectory.FindLeft(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is not there; or another user's, who cannot have served a guest.
            return [];
        }
    }
}
