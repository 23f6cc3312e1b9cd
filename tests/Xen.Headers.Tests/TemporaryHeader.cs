using System;
using System.IO;
using System.Linq;
using Xen.Headers.Reading;

namespace Xen.Headers.Tests;

/// <summary>A header with the given text, in a folder of its own.</summary>
internal sealed class TemporaryHeader : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-headers-");

    public TemporaryHeader(string text) => File.WriteAllText(Path, "#include <stdint.h>\n" + text);

    public string Path => System.IO.Path.Combine(_folder.FullName, "test.h");

    public HeaderReading Read(params string[] targets) => HeaderReader.Read(
        new HeaderSource("test", "1", Path, _folder.FullName, "", []),
        [.. (targets.Length == 0 ? ["x86_64", "aarch64"] : targets).Select(TargetAbi.Find)]);

    public void Dispose() => _folder.Delete(recursive: true);
}
