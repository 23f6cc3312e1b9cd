using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Store.Cli.Text;

/// <summary>Permissions as chmod's users write them: <c>n0 r5</c>.</summary>
internal static class PermissionWords
{
    /// <summary>Reads them as Xen's program does: a letter, and a number that need not be there.</summary>
    /// <param name="words">The words.</param>
    /// <exception cref="StoreFailureException">One has no such letter, or is of a domain that cannot be.</exception>
    public static XenStorePermission[] Parse(IReadOnlyList<string> words)
    {
        var permissions = new XenStorePermission[words.Count];
        for (var i = 0; i < permissions.Length; i++)
            permissions[i] = Parse(words[i]);
        return permissions;
    }

    /// <summary>Writes them as <c>n0,r5</c>.</summary>
    /// <param name="permissions">The permissions.</param>
    public static string Join(IReadOnlyList<XenStorePermission> permissions) => string.Join(',', permissions);

    private static XenStorePermission Parse(string word)
    {
        if (word.Length == 0 || !XenStorePermission.TryParse($"{word[0]}0", out var permission))
            throw new StoreFailureException(ExitCode.Usage, $"'{word}' is no permission: say n, r, w or b, and a domain, as in r5");
        var domain = (uint)CNumber.Read(word[1..]);
        return domain <= ushort.MaxValue
            ? permission with { Domain = new DomainId((ushort)domain) }
            : throw new StoreFailureException(ExitCode.Failed, $"'{word}': no domain has that number (ENOENT)");
    }
}
