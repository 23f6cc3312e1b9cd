using System.Linq;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Trees;

/// <summary>Prints branches in the form of <c>xenstore-ls</c>.</summary>
internal sealed class TextListing(DataWriter output, ListingOptions options)
{
    private readonly ListingLine _line = new(options.Width, options.IsFlat);

    /// <summary>Prints what is below a node.</summary>
    /// <exception cref="XenStoreReplyException">A node below could not be listed; what stands before it is
    /// printed.</exception>
    public void Write(Branch root)
    {
        foreach (var child in root.Children)
            Write(child, 0);
    }

    private void Write(Branch branch, int depth)
    {
        if (IsShown(branch))
            WriteLine(branch, depth);
        foreach (var child in branch.Children)
            Write(child, depth + 1);
        branch.ThrowIfNotListed();
    }

    private void WriteLine(Branch branch, int depth)
    {
        var name = options.IsFlat ? branch.Path : branch.Name;
        if (options.Query.WithValues)
            _line.Write(output, name, depth, branch.Value, options.Query.WithPermissions, branch.Permissions);
        else
            _line.WriteWithoutValue(output, name, depth, options.Query.WithPermissions, branch.Permissions);
    }

    // In a tree, those above one that matches are shown, too.
    private bool IsShown(Branch branch) => options.Match is null
        || options.Match.Matches(branch.Path, branch.Name)
        || (!options.IsFlat && branch.Children.Any(IsShown));
}
