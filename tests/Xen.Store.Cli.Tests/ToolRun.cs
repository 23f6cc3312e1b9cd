using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli.Tests;

/// <summary>One run of the tool within this process.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Bytes">What it printed.</param>
/// <param name="Error">What it had to say.</param>
internal sealed record ToolRun(int Code, byte[] Bytes, string Error)
{
    /// <summary>What it printed, as text.</summary>
    public string Out => Encoding.UTF8.GetString(Bytes);

    /// <summary>Runs <c>xenstore</c> with some words.</summary>
    public static Task<ToolRun> OfAsync(XenStoreEndpoint endpoint, params string[] words) =>
        AsAsync("xenstore", endpoint, [.. words.Select(Word.Of)]);

    /// <summary>Runs it by some name.</summary>
    public static async Task<ToolRun> AsAsync(
        string name,
        XenStoreEndpoint endpoint,
        IReadOnlyList<Word> words,
        int? columns = null,
        byte[]? input = null,
        Func<string, string?>? variable = null,
        MemoryStream? output = null,
        CancellationToken stop = default)
    {
        output ??= new MemoryStream();
        var error = new StringWriter { NewLine = "\n" };
        var shell = new Shell(
            new DataWriter(output), error, () => new MemoryStream(input ?? []), columns, variable ?? (static _ => null), stop)
        {
            Endpoint = endpoint,
        };
        var code = await Tool.RunAsync(new CalledAs(name, [.. words]), shell);
        return new ToolRun(code, output.ToArray(), error.ToString());
    }
}
