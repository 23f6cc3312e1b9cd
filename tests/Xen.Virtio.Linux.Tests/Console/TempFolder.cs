using System;
using System.IO;

namespace Xen.Virtio.Linux.Tests.Console;

internal sealed class TempFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("console").FullName;

    public string Path(string name) => System.IO.Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
