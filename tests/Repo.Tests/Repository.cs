using System.Collections.Generic;
using System.Diagnostics;
using System.IO;

namespace Repo.Tests;

/// <summary>The files of this repository, as git knows them.</summary>
internal static class Repository
{
    internal static string Root => RepositoryRoot.Folder;

    /// <summary>Paths below the root of all files that are tracked, or new and not ignored.</summary>
    internal static IReadOnlyList<string> Files { get; } = ListFiles();

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static List<string> ListFiles()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var files = new List<string>();
        while (git.StandardOutput.ReadLine() is { } line)
        {
            if (File.Exists(Path.Combine(Root, line)))
                files.Add(line);
        }

        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return files;
    }
}
