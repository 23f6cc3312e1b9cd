using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace TestSupport;

/// <summary>Where this repository is. Compiled into every test project.</summary>
internal static class RepositoryRoot
{
    internal static string Folder { get; } = FindAbove(AppContext.BaseDirectory) ?? FromSource();

    /// <summary>A path in the repository.</summary>
    internal static string Combine(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string? FindAbove(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "XenSdk.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }

    // For a build whose artifacts lie outside of the repository.
    private static string FromSource([CallerFilePath] string source = "") =>
        FindAbove(Path.GetDirectoryName(source))
        ?? throw new InvalidOperationException("no XenSdk.sln above the tests or their source");
}
