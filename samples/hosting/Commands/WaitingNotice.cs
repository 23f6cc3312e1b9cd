using System;
using System.Threading;
using System.Threading.Tasks;

namespace VirtioHosting.Commands;

/// <summary>Says what a command waits for, once that takes a while.</summary>
internal sealed class WaitingNotice : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _said;

    private WaitingNotice(Shell shell, string text) => _said = SayAsync(shell, text, _end.Token);

    /// <summary>Begins to count the time; the end of the wait is its disposal.</summary>
    /// <param name="shell">Whose errors get the line, and what a while is.</param>
    /// <param name="host">The program whose daemon is waited for.</param>
    /// <param name="timeout">How long at most.</param>
    internal static WaitingNotice Begin(Shell shell, HostProgram host, TimeSpan timeout) =>
        new(shell, $"{host.Name}: waiting for `{host.Name} serve`, up to {timeout.TotalSeconds:0.#} s");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _said.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private static async Task SayAsync(Shell shell, string text, CancellationToken end)
    {
        await Task.Delay(shell.Patience, end);
        await shell.Error.WriteLineAsync(text);
    }
}
