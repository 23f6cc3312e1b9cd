using System;
using System.Collections.Generic;

namespace Xen.Store.Cli.Text;

/// <summary>Permissions as chmod's users write them: <c>n0 r5</c>.</summary>
internal static class PermissionWords
{
    /// <summary>Looks at their letters.</summary>
    /// <param name="words">The words.</param>
    /// <exception cref="StoreFailureException">One has another letter than n, r, w, b.</exception>
    public static void Check(IReadOnlyList<string> words)
    {
        foreach (var word in words)
        {
            if (word.Length == 0 || !"nrwb".Contains(word[0], StringComparison.Ordinal))
                throw new StoreFailureException(
                    ExitCode.Usage, $"'{word}' is no permission: say n, r, w or b, and a domain, as in r5");
        }
    }

    /// <summary>Reads one as Xen's program does: a letter, and a number that need not be there.</summary>
    /// <param name="word">The word, with a letter that is right.</param>
    /// <exception cref="StoreFailureException">It is of a domain that cannot be.</exception>
    public static XenStorePermission Parse(string word)
    {
        var domain = (uint)CNumber.Read(word[1..]);
        return domain <= ushort.MaxValue && XenStorePermission.TryParse($"{word[0]}{domain}", out var permission)
            ? permission
            : throw new StoreFailureException(ExitCode.Failed, $"'{word}': no domain has that number (ENOENT)");
    }

    /// <summary>Writes them as <c>n0,r5</c>.</summary>
    /// <param name="permissions">The permissions.</param>
    public static string Join(IReadOnlyList<XenStorePermission> permissions) => string.Join(',', permissions);
}
