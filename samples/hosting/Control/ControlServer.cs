using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Daemon;

namespace VirtioHosting.Control;

/// <summary>
/// Answers the tool: a line of JSON for a line of JSON, on a Unix socket that only the daemon's user may open.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int MostConnections = 16;
    private const int LongestLine = 4096;

    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Func<IReadOnlyDictionary<string, ControlAnswer>> _answers;
    private readonly ILogger _logger;
    private readonly Task _accepting;

    private ControlServer(
        Socket listener, Func<IReadOnlyDictionary<string, ControlAnswer>> answers, ILogger logger)
    {
        _listener = listener;
        _answers = answers;
        _logger = logger;
        _accepting = AcceptAsync();
    }

    /// <summary>
    /// Begins to listen. A socket that an earlier daemon left is replaced: the lock says that it does not run.
    /// </summary>
    /// <param name="path">The socket.</param>
    /// <param name="answers">For each connection: a function for each command.</param>
    /// <param name="logger">Told what goes wrong.</param>
    /// <exception cref="SocketException">The path is too long, or there is no room.</exception>
    internal static ControlServer Start(
        string path, Func<IReadOnlyDictionary<string, ControlAnswer>> answers, ILogger logger)
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Its folder is the user's alone, so nobody else comes before the mode is set.
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen();
            return new ControlServer(listener, answers, logger);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] connections;
        lock (_gate)
            connections = [.. _connections];
        await Task.WhenAll(connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Serve(await _listener.AcceptAsync(_stop.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                _logger.ControlFailed(error.Message);
            }
        }
    }

    private void Serve(Socket socket)
    {
        lock (_gate)
        {
            _connections.RemoveWhere(static connection => connection.IsCompleted);
            if (_connections.Count < MostConnections)
                _connections.Add(AnswerAsync(socket));
            else
                socket.Dispose();
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var session = new ControlSession(_answers());
        var buffer = new byte[LongestLine];
        var length = 0;
        try
        {
            while (true)
            {
                var end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
                if (end >= 0)
                {
                    await stream.WriteAsync(session.Answer(buffer.AsSpan(0, end)), _stop.Token);
                    buffer.AsSpan(end + 1, length - end - 1).CopyTo(buffer);
                    length -= end + 1;
                    continue;
                }

                if (length == buffer.Length)
                {
                    await stream.WriteAsync(
                        ControlSession.Refusal($"a request has {LongestLine} bytes at most"), _stop.Token);
                    return;
                }

                var count = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
                if (count == 0)
                    return;
                length += count;
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            _logger.ControlFailed(error.Message);
        }
#pragma warning disable CA1031 // whatever goes wrong with one connection, the daemon goes on
        catch (Exception error)
#pragma warning restore CA1031
        {
            _logger.RequestFailed(error);
        }
    }
}
