using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Xen.Benchmarks.Dom0;

/// <summary>The C program of <c>benchmarks/peers</c>: a request a line, an answer a line.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    internal Peer(string path)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new IOException($"{path} did not start");
    }

    /// <summary>Asks for one number.</summary>
    /// <exception cref="IOException">The peer ended: what went wrong is on its standard error.</exception>
    internal long Ask(FormattableString request)
    {
        _process.StandardInput.WriteLine(request.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine();
        return answer is null
            ? throw new IOException($"the peer ended at: {request}")
            : long.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
