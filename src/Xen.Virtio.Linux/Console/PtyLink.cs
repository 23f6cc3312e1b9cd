using System;
using System.IO;

namespace Xen.Virtio.Linux.Console;

/// <summary>The symbolic link by which a pseudo-terminal is found.</summary>
internal static class PtyLink
{
    private const string Terminals = "/dev/pts/";

    /// <summary>Makes it, in the place of one that is left over.</summary>
    /// <exception cref="IOException">Something else is there.</exception>
    public static void Create(string link, string terminal)
    {
        if (TargetOf(link) is { } target)
        {
            if (!target.StartsWith(Terminals, StringComparison.Ordinal) && LeadsSomewhere(link))
                throw new IOException($"{link} leads to {target}, which is no terminal: remove it, or name another");
            File.Delete(link);
        }
        else if (File.Exists(link) || Directory.Exists(link))
        {
            throw new IOException($"{link} is there, and is no link to a terminal: remove it, or name another");
        }

        File.CreateSymbolicLink(link, terminal);
    }

    /// <summary>Removes it, unless it leads elsewhere by now.</summary>
    public static void Remove(string link, string terminal)
    {
        try
        {
            if (TargetOf(link) == terminal)
                File.Delete(link);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one replaces it.
        }
    }

    // Not File.Exists, for which a link to nothing exists.
    private static bool LeadsSomewhere(string link) =>
        File.ResolveLinkTarget(link, returnFinalTarget: true) is { Exists: true };

    private static string? TargetOf(string link) => new FileInfo(link).LinkTarget;
}
