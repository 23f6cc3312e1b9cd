using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Xen.Benchmarks.Store;

/// <summary>A program of <c>benchmarks/peers/store</c>: a request a line, an answer a line.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    internal Peer(string path)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new IOException($"{path} did not start");
    }

    /// <summary>Has it do something many times.</summary>
    /// <param name="request">What.</param>
    /// <exception cref="IOException">The peer ended: what went wrong is on its standard error.</exception>
    internal Func<int, Turn> Runs(string request) => repetitions =>
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request} {repetitions}"));
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine() ?? throw new IOException($"the peer ended at: {request}");
        const int NanosecondsPerTick = 100;
        return new Turn(TimeSpan.FromTicks(long.Parse(answer, CultureInfo.InvariantCulture) / NanosecondsPerTick));
    };

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
