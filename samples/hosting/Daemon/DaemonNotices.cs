using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace VirtioHosting.Daemon;

/// <summary>What a daemon says of itself to whoever has started it.</summary>
/// <param name="host">The program.</param>
/// <param name="shell">The surroundings.</param>
internal sealed class DaemonNotices(HostProgram host, Shell shell)
{
    // Where a guest writes, nothing but what it writes is to be found.
    private TextWriter Writer => host.Kinds.Any(static kind => kind.TakesStandardOutput) ? shell.Error : shell.Out;

    /// <summary>All devices that were there are served.</summary>
    /// <param name="count">How many.</param>
    internal async Task ReadyAsync(int count)
    {
        var writer = Writer;
        await writer.WriteLineAsync($"ready: {count} {host.Set.Plural} are served; others as they are attached");
        await writer.FlushAsync();
    }

    /// <summary>It ends in order.</summary>
    internal Task DoneAsync() => Writer.WriteLineAsync("done: asked to stop; guests wait for the next daemon");
}
