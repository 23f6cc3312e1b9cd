using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Devices;

/// <summary>Finds guests in the XenStore, and what kind they are.</summary>
/// <param name="store">The store.</param>
internal sealed class GuestDirectory(XenStoreClient store)
{
    /// <summary>The guest that a user means.</summary>
    /// <param name="text">A domain id or a name.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="mayBeGone">Whether the id of a guest that has ended will do: something of it may be left.</param>
    /// <exception cref="ToolException">There is none.</exception>
    internal async Task<DomainId> FindAsync(string text, CancellationToken stop, bool mayBeGone = false)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var id = new DomainId(number);
            if (number == 0 || !id.IsOrdinary)
                throw new ToolException(ExitCode.Usage, $"--domain: {text} is not a guest");
            if (mayBeGone || await store.IsDomainIntroducedAsync(id, stop))
                return id;
        }
        else
        {
            foreach (var (id, name) in await NamesAsync(stop))
            {
                if (name == text)
                    return id;
            }
        }

        throw new ToolException(
            ExitCode.Usage, $"--domain: there is no guest '{text}'; `xl list` shows those that there are");
    }

    /// <summary>All guests, with their names.</summary>
    internal async Task<IReadOnlyList<(DomainId Id, string Name)>> NamesAsync(CancellationToken stop)
    {
        var guests = new List<(DomainId, string)>();
        foreach (var text in await TryListAsync("/local/domain", stop))
        {
            if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != 0)
                guests.Add((new DomainId(number), await NameAsync(new DomainId(number), stop)));
        }

        return guests;
    }

    /// <summary>A guest's name; empty if it has none.</summary>
    internal async Task<string> NameAsync(DomainId domain, CancellationToken stop) =>
        await store.TryReadAsync($"/local/domain/{domain}/name", stop) ?? "";

    /// <summary>
    /// What libxl wrote of the guest's type: <c>pv</c>, <c>pvh</c>, <c>hvm</c>; null if it was not libxl that made it.
    /// </summary>
    internal async Task<string?> TypeAsync(DomainId domain, CancellationToken stop) =>
        await store.TryReadAsync($"/libxl/{domain}/type", stop);

    /// <summary>The names of a node's children; none if it is not there.</summary>
    internal async Task<string[]> TryListAsync(string path, CancellationToken stop)
    {
        try
        {
            return await store.ListAsync(path, stop);
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            return [];
        }
    }
}
