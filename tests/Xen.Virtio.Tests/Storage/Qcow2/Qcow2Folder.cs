using System;
using System.IO;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>A temporary folder for images.</summary>
internal sealed class Qcow2Folder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-qcow2-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
