using System;
using System.IO;

namespace VirtioDisk.Tests;

/// <summary>A folder that lasts as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("vd-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes an image whose bytes are all the same.</summary>
    internal string Image(string name, int size = 1 << 20, byte value = 0)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, value);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
