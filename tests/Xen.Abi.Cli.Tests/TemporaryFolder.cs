using System;
using System.IO;

namespace Xen.Abi.Cli.Tests;

/// <summary>A folder that goes away.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-abi-tests-");

    /// <summary>Its path.</summary>
    public string Root => _folder.FullName;

    /// <summary>A path in it.</summary>
    public string Combine(string name) => Path.Combine(Root, name);

    /// <summary>Writes a file, and the folders above it.</summary>
    public string Write(string name, string text)
    {
        string path = Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
