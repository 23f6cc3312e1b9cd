using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var runs = 9;
var isFirstRun = args is [GeneratorBenchmark.FirstRun, _];
if (!isFirstRun && (args.Length > 1 || (args.Length == 1 && !(int.TryParse(args[0], out runs) && runs > 0))))
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/Xen.Benchmarks [-- RUNS]");
    return 2;
}

var headers = Path.Combine(FindRoot(Environment.CurrentDirectory) ?? FindRoot(AppContext.BaseDirectory) ?? ".", "headers");
string[] metadata = [.. Directory.EnumerateFiles(Path.Combine(headers, "abi"), "*.abi").Order(StringComparer.Ordinal)];
if (isFirstRun)
{
    new GeneratorBenchmark(metadata, metadata.First(file => Path.GetFileName(file) == args[1])).PrintFirstRun();
    return 0;
}

if (!Directory.Exists(Path.Combine(headers, ".cache")))
{
    Console.Error.WriteLine("the headers are not here: run headers/refresh --fetch-only");
    return 2;
}

#if DEBUG
Console.WriteLine("This is a debug build: the figures mean nothing.");
#endif
Console.WriteLine(
    $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, "
    + $"{Environment.ProcessorCount} processors; medians of {runs} runs after one to warm up; ratio: to the peer");

var measurement = new Measurement(runs);
new HeaderBenchmark(headers).Run(measurement);
foreach (var file in metadata)
    new GeneratorBenchmark(metadata, file).Run(measurement);
ModelMemory.Print(metadata);
return 0;

static string? FindRoot(string? folder)
{
    while (folder is not null && !File.Exists(Path.Combine(folder, "XenSdk.sln")))
        folder = Path.GetDirectoryName(folder);
    return folder;
}
