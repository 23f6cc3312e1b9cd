using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli.Trees;

/// <summary>Prints branches as JSON: an object with a property per listed path, and in it the nodes below.</summary>
internal static class JsonListing
{
    /// <summary>Reads and prints.</summary>
    /// <exception cref="XenStoreReplyException">A node could not be listed; then nothing is printed.</exception>
    public static async Task WriteAsync(CompatibleRun run, BranchReader reader, ListingOptions options)
    {
        var roots = new List<Branch>();
        foreach (var path in options.Paths)
            roots.Add(await reader.ReadAsync(path));
        foreach (var branch in roots.SelectMany(Below))
            branch.ThrowIfNotListed();
        StoreJson.WriteDocument(run.Out, json =>
        {
            json.WriteStartObject();
            foreach (var root in roots)
            {
                json.WritePropertyName(root.Path);
                WriteNodes(json, options.IsFlat ? Below(root) : root.Children, options);
            }

            json.WriteEndObject();
        });
    }

    private static IEnumerable<Branch> Below(Branch branch) =>
        branch.Children.SelectMany(child => Below(child).Prepend(child));

    private static void WriteNodes(Utf8JsonWriter json, IEnumerable<Branch> branches, ListingOptions options)
    {
        json.WriteStartObject();
        foreach (var branch in branches.Where(branch => IsShown(branch, options)))
        {
            json.WritePropertyName(options.IsFlat ? branch.Path : branch.Name);
            WriteNode(json, branch, options);
        }

        json.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter json, Branch branch, ListingOptions options)
    {
        json.WriteStartObject();
        if (branch.Value is { } value)
        {
            json.WritePropertyName(NodeJson.Value);
            StoreJson.WriteValue(json, value);
        }

        if (branch.Permissions is { } permissions)
        {
            json.WritePropertyName(NodeJson.Permissions);
            StoreJson.WritePermissions(json, permissions);
        }

        if (!options.IsFlat && branch.Children.Count > 0)
        {
            json.WritePropertyName(NodeJson.Children);
            WriteNodes(json, branch.Children, options);
        }

        json.WriteEndObject();
    }

    private static bool IsShown(Branch branch, ListingOptions options) => options.Match is not { } match
        || match.Matches(branch.Path, branch.Name)
        || (!options.IsFlat && branch.Children.Any(child => IsShown(child, options)));
}
