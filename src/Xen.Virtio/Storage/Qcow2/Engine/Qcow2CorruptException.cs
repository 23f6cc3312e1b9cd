using System.IO;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>A table of an image contradicts itself. What was asked for has not been done.</summary>
internal sealed class Qcow2CorruptException(string message) : IOException(message + "; look at it with: qemu-img check");
