using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Trees;

/// <summary>What is to be done so that a store has what a file has.</summary>
internal sealed class ImportPlan
{
    private readonly List<Step> _steps = [];

    /// <summary>Compares a file with a store.</summary>
    /// <param name="path">Where in the store the file's root goes.</param>
    /// <param name="file">What the file has.</param>
    /// <param name="store">What the store has there; null if nothing.</param>
    /// <param name="isReplacing">Whether what the file has not is removed.</param>
    public ImportPlan(string path, TreeNode file, TreeNode? store, bool isReplacing) =>
        Add(path, file, store, isReplacing);

    private delegate ValueTask Work(XenStoreOperations store, CancellationToken stop);

    /// <summary>How many steps there are.</summary>
    public int Count => _steps.Count;

    /// <summary>The steps in words, in their order.</summary>
    public IEnumerable<string> Words => _steps.Select(static step => step.Words);

    /// <summary>Does some of the steps.</summary>
    /// <param name="store">Where.</param>
    /// <param name="first">The first step.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="stop">Gives up.</param>
    public async Task RunAsync(XenStoreOperations store, int first, int count, CancellationToken stop)
    {
        // Answered in their order, so all can be under way at once.
        await Task.WhenAll(_steps.Skip(first).Take(count).Select(async step => await step.Work(store, stop)).ToArray());
    }

    private void Add(string path, TreeNode file, TreeNode? store, bool isReplacing)
    {
        if (file.Value is { } value && (store?.Value is not { } old || !old.AsSpan().SequenceEqual(value)))
            Add($"write {path} = {ValueString.Quote(value)}", (target, stop) => target.WriteAsync(
                path, (ReadOnlyMemory<byte>)value, stop));
        else if (store is null && file.Value is null)
            Add($"make {path}", (target, stop) => target.MakeDirectoryAsync(path, stop));
        if (isReplacing && store is not null)
            Remove(path, file, store);
        foreach (var (name, child) in file.Children)
            Add(Below(path, name), child, store?.Children.GetValueOrDefault(name), isReplacing);
        if (file.Permissions is { } permissions && store?.Permissions?.SequenceEqual(permissions) != true)
            Add($"permit {path}  ({PermissionWords.Join(permissions)})", (target, stop) => target.SetPermissionsAsync(
                path, permissions, stop));
    }

    private void Remove(string path, TreeNode file, TreeNode store)
    {
        foreach (var name in store.Children.Keys.Where(name => !file.Children.ContainsKey(name)))
        {
            var target = Below(path, name);
            Add($"remove {target}", (operations, stop) => operations.RemoveAsync(target, stop));
        }
    }

    private static string Below(string path, string name) => path is "/" ? $"/{name}" : $"{path}/{name}";

    private void Add(string words, Work work) => _steps.Add(new Step(words, work));

    private sealed record Step(string Words, Work Work);
}
