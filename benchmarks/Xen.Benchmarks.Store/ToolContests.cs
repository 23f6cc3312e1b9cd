using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store;

namespace Xen.Benchmarks.Store;

/// <summary>The command line tool, as it is published in several ways, against Xen's own.</summary>
internal static class ToolContests
{
    private const string Large = "/bench/tree";
    private const string Small = "/bench/leaf";
    private const int Directories = 100;
    private const int Leaves = 99;

    /// <summary>Lays the trees: one of 10,000 nodes, and one without any.</summary>
    /// <param name="client">Where.</param>
    internal static async Task MakeTreesAsync(XenStoreClient client)
    {
        await client.WriteAsync(Small, "").ConfigureAwait(false);
        var nodes = Enumerable.Range(0, Directories * Leaves).Select(static node => KeyValuePair.Create(
            string.Create(CultureInfo.InvariantCulture, $"{Large}/{node / Leaves}/{node % Leaves}"), "a value"));
        await client.WriteManyAsync([.. nodes]).ConfigureAwait(false);
    }

    /// <summary>Runs them.</summary>
    /// <param name="comparison">Prints.</param>
    /// <param name="theirs">Xen's tool.</param>
    /// <param name="variants">Ours: a name, = and a command each.</param>
    internal static void Run(Comparison comparison, string theirs, IEnumerable<string> variants)
    {
        foreach (var variant in variants)
        {
            var (name, command) = variant.Split('=', 2) is [var before, var after]
                ? (before, after) : throw new ArgumentException($"'{variant}' is no NAME=COMMAND", nameof(variants));
            var start = RunOne(comparison, $"{name}: start", command, theirs, Small);
            var whole = RunOne(comparison, $"{name}: ls of 10,000", command, theirs, Large);
            var (ours, others) = (whole.Ours - start.Ours, whole.Theirs - start.Theirs);
            Console.WriteLine($"{name + ": the same, once started",-30}{ours,11:F2}{"",10}  {"xenstore-ls",-34}{others,11:F2}{others / ours,16:F2}");
        }
    }

    private static Medians RunOne(Comparison comparison, string what, string ours, string theirs, string path) =>
        comparison.Run(new Contest(
            what,
            new("", new Tool(ours).Lists(path), isSlow: true),
            [new(new("xenstore-ls", new Tool(theirs).Lists(path), isSlow: true))]));
}
