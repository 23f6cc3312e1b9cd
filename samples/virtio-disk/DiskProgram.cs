using VirtioHosting;

namespace VirtioDisk;

/// <summary>The program: the daemon and the tool for disks alone.</summary>
internal static class DiskProgram
{
    internal const string Name = "virtio-disk";

    internal static HostProgram Create() => Create(DiskKind.WithSingleMode());

    internal static HostProgram Create(DiskKind kind) =>
        new(Name, "Virtio block devices for unmodified guests on Xen: daemon and tool.", [kind]);
}
