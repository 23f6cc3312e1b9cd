using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xen.Store;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Looks at devices in the XenStore.</summary>
/// <param name="store">The store.</param>
/// <param name="options">Which devices.</param>
/// <param name="logger">Told of directories that may not be read.</param>
internal sealed class BackendReader(XenStoreClient store, BackendDiscoveryOptions options, ILogger logger)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private HashSet<string> _refused = [];

    /// <summary>All devices that have a directory, whatever is in it.</summary>
    internal async ValueTask<List<BackendDeviceId>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<BackendDeviceId>();
        var refused = new HashSet<string>();
        foreach (var kind in options.Kinds)
        {
            var path = BackendPaths.Kind(options.Backend, kind.Name);
            foreach (var frontend in await ListAsync(path, refused, cancellationToken).ConfigureAwait(false))
            {
                if (!BackendPaths.TryParseNumber(frontend, out _))
                    continue;
                var numbers = await ListAsync($"{path}/{frontend}", refused, cancellationToken).ConfigureAwait(false);
                foreach (var number in numbers)
                {
                    if (BackendPaths.TryParse(kind.Name, frontend, number, out var id))
                        found.Add(id);
                }
            }
        }

        _refused = refused;
        return found;
    }

    /// <summary>Looks at one.</summary>
    /// <exception cref="XenStoreConflictException">Others change it all the time.</exception>
    internal async ValueTask<BackendLook> LookAsync(BackendDeviceId id, CancellationToken cancellationToken)
    {
        var path = BackendPaths.Backend(options.Backend, id);
        // A snapshot, so that no device is made of the keys of two. What the guest may write stands in no transaction
        // of ours, which it could make fail for ever.
        if (await ReadKeysAsync(path, cancellationToken).ConfigureAwait(false) is not { } keys)
            return new BackendLook(null);
        var kind = options.Kinds.First(kind => kind.Name == id.Kind);
        // Another daemon's, which closes it, too.
        if (kind.Types is { } types && keys.TryGetValue("type", out var type) && !types.Contains(type))
            return new BackendLook(null);
        var state = BackendParser.State(keys);
        if (!await store.IsDomainIntroducedAsync(id.Frontend, cancellationToken).ConfigureAwait(false))
            return Ended(
                new BackendComplaint("waits for its guest to be introduced", IsWrong: false), state, End(id.Frontend));
        if (state is XenbusState.Closing or XenbusState.Closed || keys.GetValueOrDefault(BackendPaths.Online) == "0")
            return new BackendLook(null, null, BackendRemovalReason.Closing, state);
        if (!await store.ExistsAsync(BackendPaths.Frontend(id), cancellationToken).ConfigureAwait(false))
            return new BackendLook(
                null, new BackendComplaint($"waits for {BackendPaths.Frontend(id)}", IsWrong: false), State: state);

        var incarnation = await store
            .TryReadBytesAsync($"{BackendPaths.Domain(id.Frontend)}/vm", cancellationToken).ConfigureAwait(false);
        var device = BackendParser.Parse(
            kind, id, path, Encoding.UTF8.GetString(incarnation ?? []), keys, out var complaint);
        if (device is not null && End(id.Frontend) is { } end)
            return Ended(null, state, end);
        return new BackendLook(device, complaint, State: state);
    }

    private static BackendLook Ended(BackendComplaint? complaint, XenbusState? state, DomainEnd? end) =>
        new(null, complaint, BackendRemovalReason.DomainEnded, state, end);

    private DomainEnd? End(DomainId domain) => options.FindEnd?.Invoke(domain);

    private async ValueTask<Dictionary<string, string>?> ReadKeysAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var node = await store.SnapshotAsync(path, cancellationToken).ConfigureAwait(false);
            var keys = new Dictionary<string, string>();
            foreach (var child in node.Children)
            {
                if (child.IsReadable)
                    keys[child.Name] = Text(child.Value.Span);
            }

            return keys;
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            return null;
        }
    }

    // Values are bytes of anybody's choice; what is no text becomes a value that no key may have.
    private static string Text(ReadOnlySpan<byte> value)
    {
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return "\uFFFD";
        }
    }

    // A directory that may not be read has no devices for us, and is nobody else's business.
    private async ValueTask<string[]> ListAsync(
        string path, HashSet<string> refused, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ListAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            return [];
        }
        catch (XenStoreReplyException error)
        {
            refused.Add(path);
            if (!_refused.Contains(path))
                logger.NotListed(path, error.Message);
            return [];
        }
    }
}
