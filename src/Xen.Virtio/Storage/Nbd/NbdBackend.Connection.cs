using System;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;

namespace Xen.Virtio.Storage.Nbd;

/// <content>The connection: made, lost, made again.</content>
public sealed partial class NbdBackend
{
    private const int ReplayPatience = 4;
    private const int MaxVainReplays = 3;

    private readonly NbdWriteLog _log;
    private readonly Thread _thread;

    // The receiving thread's: the most writes that were made again in one go since all were, and how often in a row a
    // server then took too long and no more had been made.
    private int _farthestReplay;
    private int _vainReplays;

    // Guards what follows; pulsed when any of it changes. A plain object, because Monitor can wait.
    private readonly object _state = new();
    private NbdConnection? _connection;
    private NbdStream? _opening;
    private NbdDeadline _patience;
    private bool _disposed;

    /// <summary>
    /// Ends the connection. Requests under way fail; what has not been flushed may be lost, as with a loss of power.
    /// </summary>
    public void Dispose()
    {
        NbdConnection? connection;
        lock (_state)
        {
            if (_disposed)
                return;
            _disposed = true;
            connection = _connection;
            _opening?.Dispose();
            Monitor.PulseAll(_state);
        }

        connection?.Disconnect();
        connection?.Abort();
        _thread.Join();
    }

    // The receiving thread, for the life of the back end.
    private void Run()
    {
        var connection = _connection;
        try
        {
            while (connection is not null)
            {
                Serve(connection);
                connection = Reconnect(hasAnswered: connection.HasAnswered);
            }
        }
        catch (Exception e) // a fault of ours: requests fail, the process goes on
        {
            NbdLog.Failed(_logger, e, _endpoint);
            lock (_state)
            {
                _connection = null;
                _disposed = true;
                Monitor.PulseAll(_state);
            }

            connection?.Close();
        }
    }

    private void Serve(NbdConnection connection)
    {
        var reason = "";
        try
        {
            connection.ReceiveAll();
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            reason = e.Message;
        }

        bool disposed;
        lock (_state)
        {
            _connection = null;
            _patience = NbdDeadline.After(_options.RequestTimeout);
            disposed = _disposed;
        }

        connection.Close();
        if (!disposed)
            NbdLog.Disconnected(_logger, _endpoint, reason);
    }

    // Null when the back end is disposed. The first attempt is made at once, unless the connection before was of no use.
    private NbdConnection? Reconnect(bool hasAnswered)
    {
        var start = Stopwatch.GetTimestamp();
        var delay = _options.ReconnectDelay;
        var pause = hasAnswered ? TimeSpan.Zero : delay;
        while (Pause(pause))
        {
            NbdConnection? connection = null;
            try
            {
                connection = OpenConnection();
                var writes = Replay(connection);
                if (Publish(connection))
                    NbdLog.Reconnected(_logger, _endpoint, Stopwatch.GetElapsedTime(start), writes);
                return connection;
            }
            catch (Exception e) when (IsConnectionFailure(e))
            {
                connection?.Close();
                pause = delay;
                delay = delay * 2 < _options.MaxReconnectDelay ? delay * 2 : _options.MaxReconnectDelay;
                NbdLog.ConnectFailed(_logger, _endpoint, e.Message, pause);
            }
        }

        return null;
    }

    // False when the back end is disposed.
    private bool Pause(TimeSpan length)
    {
        var end = NbdDeadline.After(length);
        lock (_state)
        {
            for (var left = end.Left; !_disposed && left > TimeSpan.Zero; left = end.Left)
                Monitor.Wait(_state, left);
            return !_disposed;
        }
    }

    private NbdConnection OpenConnection()
    {
        var stream = new NbdStream(CreateSocket(_endpoint));
        lock (_state)
        {
            _opening = stream;
            if (_disposed)
                stream.Dispose();
        }

        try
        {
            NbdExport export;
            using (new Timer(
                static state => ((NbdStream)state!).Dispose(), stream, _options.ConnectTimeout, Timeout.InfiniteTimeSpan))
            {
                stream.Connect(_endpoint.ToAddress());
                export = new NbdHandshake(stream, _endpoint.ExportName).Negotiate();
                RequireUsable(export);
            }

            // For what is written again: nobody waits for these writes by the clock, and zeros may take long.
            stream.SetTimeouts(send: _options.RequestTimeout, receive: _options.RequestTimeout * ReplayPatience);
            return new NbdConnection(stream, export, Completing);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static Socket CreateSocket(NbdEndpoint endpoint)
    {
        if (endpoint.SocketPath is not null)
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return socket;
    }

    // An export that comes back must be as good as it was: requests have been cut to what it took.
    private void RequireUsable(NbdExport export)
    {
        const NbdExportFlags Needed = NbdExportFlags.Flush | NbdExportFlags.ForceUnitAccess;
        if (!_options.ReadOnly && !export.IsReadOnly && (export.Flags & Needed) == 0)
            throw new NbdProtocolException("the server has no way to make writes durable; open it read-only");
        if (_firstExport is not { } first)
            return;

        const NbdExportFlags Kept = Needed | NbdExportFlags.Trim | NbdExportFlags.WriteZeroes;
        if ((!first.IsReadOnly && export.IsReadOnly) || !export.Has(first.Flags & Kept)
            || export.MinimumBlock > first.MinimumBlock || export.MaximumPayload < _piece)
            throw new NbdProtocolException("the export has come back with less than it had");
    }

    // Writes again what the server may have lost, before anybody else has a word.
    private int Replay(NbdConnection connection)
    {
        var count = 0;
        uint error = 0;
        try
        {
            foreach (var write in _log.Writes)
            {
                var request = new NbdRequest { IsReplay = true };
                request.Prepare(write.Command, write.Flags, write.Offset, write.Length, write.Buffer);
                connection.TrySend(request);
                while (!request.IsCompleted)
                    connection.ReceiveOne();
                error = request.Error;
                if (error != 0)
                    break;
                count++;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
        {
            GiveUpReplayInVain(count);
            throw;
        }

        _farthestReplay = 0;
        _vainReplays = 0;
        if (error != 0)
            LoseDurability("a write could not be made again after a reconnection");
        return count;
    }

    // A server that is there but never ends a write would be asked for it for ever, and everybody else would wait.
    private void GiveUpReplayInVain(int count)
    {
        _vainReplays = count > _farthestReplay ? 1 : _vainReplays + 1;
        _farthestReplay = int.Max(_farthestReplay, count);
        if (_vainReplays < MaxVainReplays)
            return;
        _farthestReplay = 0;
        _vainReplays = 0;
        LoseDurability("the server does not end a write that is made again after a reconnection");
    }

    // False if the back end has been disposed meanwhile; the connection is over then.
    private bool Publish(NbdConnection connection)
    {
        Volatile.Write(ref _length, connection.Export.Size);
        connection.WaitForever(_options.RequestTimeout);
        lock (_state)
        {
            if (_disposed)
            {
                connection.Abort();
                return false;
            }

            _opening = null;
            _connection = connection;
            Monitor.PulseAll(_state);
            return true;
        }
    }

    // Called for each answer before its request ends.
    private void Completing(NbdRequest request)
    {
        if (request.IsReplay || !_firstExport.Has(NbdExportFlags.Flush))
            return;
        switch (request.Command)
        {
            case NbdCommand.Write or NbdCommand.WriteZeroes when request.Error == 0:
                _log.Add(request);
                break;
            case NbdCommand.Flush when request.Error == 0:
                _log.DropThrough(request.FlushMark);
                break;
            case NbdCommand.Flush:
                LoseDurability("a flush has failed on the server");
                break;
        }
    }

    private void LoseDurability(string reason)
    {
        _durabilityLost = true;
        _log.TurnOff();
        NbdLog.DurabilityLost(_logger, _endpoint, reason);
    }
}
