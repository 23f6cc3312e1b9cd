using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Xen.Headers;
using Xen.Headers.Reading;
using Xen.Headers.Refresh;

namespace Xen.Benchmarks;

/// <summary>Reading the headers of every package for every target, against clang looking at the same files.</summary>
internal sealed class HeaderBenchmark
{
    private const string Clang = "clang-14";

    private readonly List<(HeaderSource Source, TargetAbi[] Targets)> _packages;

    internal HeaderBenchmark(string headers)
    {
        var refresh = new MetadataRefresh(headers);
        _packages = [.. refresh.Manifest.Packages
            .Select(package => (refresh.SourceOf(package), package.Targets.Select(TargetAbi.Find).ToArray()))];
    }

    internal void Run(Measurement measurement)
    {
        var units = _packages.Sum(package => package.Targets.Length);
        measurement.Compare(
            $"(a) {_packages.Count} packages of headers, {units} translation units",
            ($"peer: {Clang} -fsyntax-only, a package's targets at once", () => Measurement.Time(Check)),
            ("HeaderReader, a package after the other", () => Measurement.Time(Read)));
    }

    private void Read()
    {
        foreach (var (source, targets) in _packages)
            HeaderReader.Read(source, targets);
    }

    private void Check()
    {
        foreach (var (source, targets) in _packages)
        {
            Process[] compilers = [.. targets.Select(target => Start(source, target))];
            foreach (var compiler in compilers)
            {
                using (compiler)
                {
                    compiler.WaitForExit();
                    if (compiler.ExitCode != 0)
                        throw new InvalidOperationException($"{Clang} did not accept {source.Umbrella} of {source.Release}");
                }
            }
        }
    }

    private static Process Start(HeaderSource source, TargetAbi target) => Process.Start(
        Clang, [.. source.Arguments(target), "-fsyntax-only", "-w", source.Umbrella]);
}
