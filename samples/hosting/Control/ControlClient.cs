using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using VirtioHosting.State;

namespace VirtioHosting.Control;

/// <summary>Asks the daemon.</summary>
internal sealed class ControlClient : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private ControlClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream);
    }

    /// <summary>Connects.</summary>
    /// <param name="program">Name of the program.</param>
    /// <param name="directory">The daemon's directory.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ToolException">It does not run, or is not this user's.</exception>
    internal static async Task<ControlClient> ConnectAsync(string program, string directory, CancellationToken stop)
    {
        var path = RunDirectory.SocketOf(directory);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new ControlClient(socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw error.SocketErrorCode == SocketError.AccessDenied
                ? new ToolException(
                    ExitCode.Denied, $"{path}: permission denied; run as the daemon's user, usually root")
                : new ToolException(
                    ExitCode.NotRunning,
                    $"{path}: no daemon answers: start `{program} serve` (systemctl start {program})");
        }
        catch (ArgumentException error)
        {
            socket.Dispose();
            throw new ToolException(ExitCode.Usage, $"--run-dir: {error.Message}");
        }
    }

    /// <summary>Asks.</summary>
    /// <param name="request">A line of JSON.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ToolException">The daemon refused, or ended.</exception>
    internal async Task<JsonDocument> AskAsync(string request, CancellationToken stop)
    {
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(request + "\n"), stop);
            if (await _reader.ReadLineAsync(stop) is { } line)
            {
                var answer = JsonDocument.Parse(line);
                return answer.RootElement.TryGetProperty("error", out var error)
                    ? throw new ToolException(ExitCode.Failure, $"the daemon says: {error.GetString()}")
                    : answer;
            }
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            throw new ToolException(ExitCode.NotRunning, $"the daemon does not answer any longer: {error.Message}");
        }

        throw new ToolException(ExitCode.NotRunning, "the daemon has ended");
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
    }
}
