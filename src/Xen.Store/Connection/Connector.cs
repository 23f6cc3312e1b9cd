using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Telemetry;

namespace Xen.Store.Connection;

/// <summary>Has the connection of a client, and makes it again when it is lost.</summary>
internal sealed class Connector : IConnectionOwner, IDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly XenStoreOptions _options;
    private readonly IReconnectionGuest _guest;
    private readonly CancellationTokenSource _disposal = new();
    private StoreConnection? _current;
    private StoreConnection? _opening;
    private Task<StoreConnection>? _reconnection;
    private bool _isDisposed;

    internal Connector(XenStoreOptions options, IReconnectionGuest guest)
    {
        _options = options;
        _guest = guest;
    }

    /// <summary>The connection, if there is one that works.</summary>
    internal StoreConnection? Live => Volatile.Read(ref _current) is { IsBroken: false } connection ? connection : null;

    /// <summary>Whether the client is disposed of.</summary>
    internal bool IsDisposed => Volatile.Read(ref _isDisposed);

    /// <summary>Makes the first connection.</summary>
    /// <exception cref="XenStoreConnectException">There is no way to the daemon.</exception>
    internal void Open()
    {
        var connection = StoreConnection.Open(_options, this);
        _guest.OnConnected(connection);
        Volatile.Write(ref _current, connection);
    }

    /// <summary>The connection, once there is one that works.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreConnectException">There was none within the time that the options give it.</exception>
    /// <exception cref="XenStoreDisconnectedException">It was lost, and is not to be made again.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed of.</exception>
    internal async Task<StoreConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (Live is { } live)
            return live;
        if (!_options.Reconnect && !IsDisposed)
            throw new XenStoreDisconnectedException(_options.Endpoint.Name, "it is not to be made again", wasSent: false);
        var reconnection = TryReconnect() ?? throw new ObjectDisposedException(nameof(XenStoreClient));
        try
        {
            return await reconnection.WaitAsync(_options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new XenStoreConnectException(
                _options.Endpoint.Name, $"it was lost, and is not back after {_options.ConnectTimeout.TotalSeconds} s", error);
        }
    }

    public void OnWatchEvent(ReadOnlySpan<byte> payload) => _guest.OnWatchEvent(payload);

    public void OnBroken(StoreConnection connection, Exception reason)
    {
        if (reason is ObjectDisposedException || _disposal.IsCancellationRequested)
            return;
        StoreLog.ConnectionLost(_options.Logger, _options.Endpoint.Name, reason.Message);
        if (!_options.Reconnect)
            _guest.OnLostForGood(new XenStoreDisconnectedException(_options.Endpoint.Name, reason.Message, wasSent: true, reason));
        else if (_guest.WantsConnection)
            TryReconnect();
    }

    public void Dispose()
    {
        StoreConnection? connection;
        StoreConnection? opening;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            connection = _current;
            opening = _opening;
        }

        _disposal.Cancel();
        connection?.Dispose();
        opening?.Dispose();
    }

    /// <summary>Begins to make the connection again, or joins in.</summary>
    /// <returns>Null after disposal.</returns>
    private Task<StoreConnection>? TryReconnect()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return null;
            if (Live is { } live)
                return Task.FromResult(live);
            if (_reconnection is null || _reconnection.IsCompleted)
                _reconnection = Task.Run(ReconnectAsync);
            return _reconnection;
        }
    }

    private async Task<StoreConnection> ReconnectAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var delay = FirstDelay;
        while (true)
        {
            try
            {
                return await OpenAgainAsync().ConfigureAwait(false);
            }
            catch (XenStoreException error)
                when (error is XenStoreConnectException or XenStoreDisconnectedException or XenStoreTimeoutException)
            {
                StoreLog.ReconnectFailed(_options.Logger, error.Message);
                if (Stopwatch.GetElapsedTime(start) >= _options.ConnectTimeout && !_guest.WantsConnection)
                    throw;
            }

            await Task.Delay(Jitter.Of(delay), _disposal.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ObjectDisposedException.ThrowIf(IsDisposed, typeof(XenStoreClient));
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks));
        }
    }

    private async Task<StoreConnection> OpenAgainAsync()
    {
        var connection = StoreConnection.Open(_options, this);
        try
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, typeof(XenStoreClient));
                _opening = connection;
            }

            await _guest.OnReconnectedAsync(connection).ConfigureAwait(false);
            Adopt(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        StoreMeter.Reconnects.Add(1);
        StoreLog.Reconnected(_options.Logger, _options.Endpoint.Name);
        return connection;
    }

    private void Adopt(StoreConnection connection)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(XenStoreClient));
            // Lost since: nobody else will make another one, for whoever was told took this attempt to be still under way.
            if (connection.IsBroken)
                throw new XenStoreDisconnectedException(_options.Endpoint.Name, "it was lost at once", wasSent: false);
            _opening = null;
            _reconnection = null;
            Volatile.Write(ref _current, connection);
        }
    }
}
