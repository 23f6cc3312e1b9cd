using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Benchmarks;

/// <summary>The memory that the parsed metadata stays in, against the text's.</summary>
internal static class ModelMemory
{
    internal static void Print(IReadOnlyList<string> files)
    {
        var texts = files.Select(File.ReadAllText).ToList();
        AbiTextReader.Read(texts[0]);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var models = texts.Select(AbiTextReader.Read).ToList();
        var model = GC.GetTotalMemory(forceFullCollection: true) - before;
        var text = texts.Sum(one => (long)one.Length * sizeof(char));
        Console.WriteLine($"\n(c) memory of the model: {files.Count} metadata files, {models.Sum(one => one.Items.Count):N0} items");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  peer: the text in memory {text / 1024.0:F0} KiB; the model {model / 1024.0:F0} KiB; ratio {(double)model / text:F2}"));
        GC.KeepAlive(models);
    }
}
