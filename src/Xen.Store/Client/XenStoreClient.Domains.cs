using System;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;
using Xen.Sys;

namespace Xen.Store;

/// <content>Domains, and the daemon itself.</content>
public sealed partial class XenStoreClient
{
    /// <summary>The path of a domain's own part of the store: <c>/local/domain/5</c>.</summary>
    /// <param name="domain">The domain; it need not exist.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<string> GetDomainPathAsync(DomainId domain, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.GetDomainPath, domain);
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(request.Reply.TrimEnd((byte)0));
    }

    /// <summary>Whether the daemon serves a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<bool> IsDomainIntroducedAsync(DomainId domain, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.IsDomainIntroduced, domain);
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        var text = request.Reply.TrimEnd((byte)0);
        return text.SequenceEqual("T"u8) || (text.SequenceEqual("F"u8)
            ? false
            : throw request.Nonsense("it is neither T nor F"));
    }

    /// <summary>Has the daemon serve a domain, over the ring that the domain shares. For toolstacks.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="ring">The frame of its ring; newer daemons use the domain's reserved grant instead.</param>
    /// <param name="port">The domain's unbound event channel for it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask IntroduceDomainAsync(
        DomainId domain, GuestFrameNumber ring, EventChannelPort port, CancellationToken cancellationToken = default) =>
        DoAsync(
            PrepareWords(
                MessageType.Introduce,
                domain.ToString(),
                ring.Value.ToString(CultureInfo.InvariantCulture),
                port.Value.ToString(CultureInfo.InvariantCulture)),
            cancellationToken);

    /// <summary>Has the daemon serve a domain no longer. For toolstacks.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask ReleaseDomainAsync(DomainId domain, CancellationToken cancellationToken = default) =>
        DoAsync(Prepare(MessageType.Release, domain), cancellationToken);

    /// <summary>Tells the daemon that a domain that had shut down runs again. For toolstacks.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask ResumeDomainAsync(DomainId domain, CancellationToken cancellationToken = default) =>
        DoAsync(Prepare(MessageType.Resume, domain), cancellationToken);

    /// <summary>Gives one domain the rights of another, in addition to its own. For toolstacks.</summary>
    /// <param name="domain">The domain that gets the rights: a device model's.</param>
    /// <param name="target">The domain whose rights they are.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask SetTargetAsync(DomainId domain, DomainId target, CancellationToken cancellationToken = default) =>
        DoAsync(PrepareWords(MessageType.SetTarget, domain.ToString(), target.ToString()), cancellationToken);

    /// <summary>
    /// Ends all watches and transactions that the daemon has of this connection, also such as a program before this one left
    /// on a domain's ring. Watches of this client get no more events; they should be disposed of.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask ResetWatchesAsync(CancellationToken cancellationToken = default) =>
        DoAsync(PrepareWords(MessageType.ResetWatches, ""), cancellationToken);

    /// <summary>Gives the daemon itself a command, such as <c>help</c>, <c>check</c>, <c>log on</c>.</summary>
    /// <param name="command">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What the daemon says.</returns>
    /// <exception cref="ArgumentException">A word is empty, has a NUL, or all are too long.</exception>
    public async ValueTask<string> ControlAsync(
        string command, string[]? arguments = null, CancellationToken cancellationToken = default)
    {
        string[] words = [command, .. arguments ?? []];
        foreach (var word in words)
            ArgumentException.ThrowIfNullOrEmpty(word, word == command ? nameof(command) : nameof(arguments));
        using var request = PrepareWords(MessageType.Control, words);
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(request.Reply.TrimEnd((byte)0));
    }

    /// <summary>What the daemon offers, or what it lets a domain use: bits of docs/misc/xenstore.txt. Xen 4.21.</summary>
    /// <param name="domain">The domain; null for all that the daemon can do.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreReplyException">ENOSYS: the daemon is older.</exception>
    public async ValueTask<uint> GetFeaturesAsync(DomainId? domain = null, CancellationToken cancellationToken = default)
    {
        using var request = domain is { } id ? Prepare(MessageType.GetFeature, id) : PrepareWords(MessageType.GetFeature, "");
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return Number(request);
    }

    /// <summary>Chooses what a domain, which must not be introduced yet, may use. Xen 4.21. For toolstacks.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="features">Bits of docs/misc/xenstore.txt.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreReplyException">ENOSYS: the daemon is older.</exception>
    public ValueTask SetFeaturesAsync(DomainId domain, uint features, CancellationToken cancellationToken = default) => DoAsync(
        PrepareWords(MessageType.SetFeature, domain.ToString(), features.ToString(CultureInfo.InvariantCulture)), cancellationToken);

    /// <summary>The names of the quotas that the daemon has. Xen 4.21.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreReplyException">ENOSYS: the daemon is older.</exception>
    public async ValueTask<string[]> GetQuotaNamesAsync(CancellationToken cancellationToken = default)
    {
        using var request = PrepareWords(MessageType.GetQuota, "");
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(request.Reply.TrimEnd((byte)0)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A quota: of a domain, or of all that have none of their own. Xen 4.21.</summary>
    /// <param name="name">The quota.</param>
    /// <param name="domain">The domain; null for the value of new domains.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreReplyException">ENOSYS: the daemon is older.</exception>
    public async ValueTask<uint> GetQuotaAsync(
        string name, DomainId? domain = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using var request = domain is { } id
            ? PrepareWords(MessageType.GetQuota, id.ToString(), name)
            : PrepareWords(MessageType.GetQuota, name);
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return Number(request);
    }

    /// <summary>Sets a quota: of a domain, or of all that have none of their own. Xen 4.21. For toolstacks.</summary>
    /// <param name="name">The quota.</param>
    /// <param name="value">Its value.</param>
    /// <param name="domain">The domain; null for the value of new domains.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreReplyException">ENOSYS: the daemon is older.</exception>
    public ValueTask SetQuotaAsync(
        string name, uint value, DomainId? domain = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var text = value.ToString(CultureInfo.InvariantCulture);
        return DoAsync(
            domain is { } id
                ? PrepareWords(MessageType.SetQuota, id.ToString(), name, text)
                : PrepareWords(MessageType.SetQuota, name, text),
            cancellationToken);
    }

    private static uint Number(PendingRequest request) =>
        uint.TryParse(request.Reply.TrimEnd((byte)0), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw request.Nonsense("it is no number");

    private PendingRequest Prepare(MessageType type, DomainId domain) => PrepareWords(type, domain.ToString());

    /// <summary>A request whose payload is words, each with a NUL.</summary>
    private PendingRequest PrepareWords(MessageType type, params ReadOnlySpan<string> words)
    {
        var payload = 0;
        foreach (var word in words)
        {
            if (word.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException("a word of the request has a NUL in it", nameof(words));
            payload += Encoding.UTF8.GetByteCount(word) + 1;
        }

        var request = Requester.Rent();
        var writer = request.Begin(type, 0, Math.Min(payload, XenStoreLimits.MaximumPayload));
        foreach (var word in words)
            writer.AddString(Encoding.UTF8.GetBytes(word));
        request.End(writer);
        return request;
    }
}
