using System.IO;
using System.Threading;
using System.Threading.Tasks;
using VirtioHosting;
using Xen.Store;

namespace VirtioDevices.Tests;

/// <summary>One run of a program within this process.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Out">What it printed.</param>
/// <param name="Error">What it had to say.</param>
internal sealed record ToolRun(int Code, string Out, string Error)
{
    /// <summary>Runs it with some words.</summary>
    internal static async Task<ToolRun> OfAsync(HostProgram program, XenStoreEndpoint store, params string[] words)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var shell = new Shell(output, error, IsTerminal: false, TestContext.Current.CancellationToken)
        {
            Store = store,
            // A slow machine is to make no difference.
            Patience = Timeout.InfiniteTimeSpan,
        };
        var code = await program.RunAsync(words, shell);
        return new ToolRun(code, output.ToString(), error.ToString());
    }
}
