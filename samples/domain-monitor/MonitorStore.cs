using System;
using Xen.Domain;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>What the program reads from XenStore: its own settings, and the names of domains.</summary>
/// <param name="client">The client.</param>
/// <remarks>Once an answer has not come, the table goes on without, and nothing more is asked until the next one.</remarks>
internal ref struct MonitorStore(StoreClient client)
{
    private const int PathLength = 64;

    private StoreClient _client = client;
    private bool _isGone;
    private bool _isSilent;

    /// <summary>Begins a table.</summary>
    internal void Begin() => _isSilent = _isGone;

    /// <summary>Reads a setting, below the domain's own <c>data/domain-monitor</c>.</summary>
    internal bool TryReadSetting<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var path = new TextBuffer(stackalloc byte[PathLength]);
        path.Add("data/domain-monitor/"u8);
        path.Add(name);
        return TryRead(ref platform, transport, path.Written, out value);
    }

    /// <summary>Reads the name that the toolstack gave a domain.</summary>
    /// <returns>False if there is none, or it may not be read: a guest may read its own.</returns>
    internal bool TryReadName<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, DomainId domain, out ReadOnlySpan<byte> name)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var path = new TextBuffer(stackalloc byte[PathLength]);
        path.Add("/local/domain/"u8);
        path.AddDecimal(domain.Value);
        path.Add("/name"u8);
        return TryRead(ref platform, transport, path.Written, out name);
    }

    private bool TryRead<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, scoped ReadOnlySpan<byte> path, out ReadOnlySpan<byte> value)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        value = default;
        if (_isSilent)
            return false;
        var result = _client.Read(ref platform, transport, path, out value);
        _isGone = result.Status is StoreStatus.Absent or StoreStatus.Broken;
        _isSilent = _isGone || result.Status == StoreStatus.TimedOut;
        return result.IsDone;
    }
}
