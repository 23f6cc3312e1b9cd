using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Trees;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Store.Cli;

/// <summary>
/// A store in memory, with the nodes of a file: to play without Xen, and to look at what <c>export</c> wrote.
/// </summary>
internal sealed class MemoryStore
{
    private readonly string _file;
    private readonly InMemoryXenStore _store = new();
    private TreeNode? _loaded;

    private MemoryStore(string file) => _file = file;

    /// <summary>How to connect to it.</summary>
    public XenStoreEndpoint Endpoint => _store.Endpoint();

    /// <summary>Makes one with a file's nodes; with none, if there is no such file.</summary>
    /// <exception cref="StoreFailureException">The file has other things in it.</exception>
    public static MemoryStore Load(string file)
    {
        var memory = new MemoryStore(file);
        if (File.Exists(file))
            memory.FillAsync().GetAwaiter().GetResult();
        memory._loaded = memory.ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
        return memory;
    }

    /// <summary>
    /// Writes the file, whole or not at all, if there is something else in the store than was loaded.
    /// </summary>
    public async Task SaveAsync(CancellationToken stop)
    {
        var tree = await ReadAsync(stop);
        if (!TreeDifference.Find(_loaded, tree).Any())
            return;
        var temporary = $"{_file}.{Environment.ProcessId}.new";
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                var writer = new DataWriter(stream);
                StoreJson.WriteDocument(writer, json => TreeJson.Write(json, tree));
                writer.Flush();
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, _file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private async Task FillAsync()
    {
        TreeNode tree;
        await using (var stream = File.OpenRead(_file))
            tree = TreeJson.Read(stream, _file);
        foreach (var domain in Domains(tree).Where(static domain => domain != 0).Distinct())
            _store.CreateDomain(new DomainId(domain));
        await using var client = Connect();
        var plan = new ImportPlan("/", tree, TreeNode.Of(await client.SnapshotAsync("/")), isReplacing: true);
        await plan.RunAsync(client, 0, plan.Count, CancellationToken.None);
    }

    // Permissions can be given to domains that there are.
    private static IEnumerable<ushort> Domains(TreeNode node) =>
        (node.Permissions ?? []).Select(static permission => permission.Domain.Value)
            .Concat(node.Children.Values.SelectMany(Domains));

    private async Task<TreeNode> ReadAsync(CancellationToken stop)
    {
        await using var client = Connect();
        return TreeNode.Of(await client.SnapshotAsync("/", stop));
    }

    private XenStoreClient Connect() => XenStoreClient.Connect(new XenStoreOptions { Endpoint = Endpoint });
}
