using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary>Grants that a process has named to gntdev, at an offset of its file. Used under the kernel's gate.</summary>
/// <param name="linux">The kernel.</param>
/// <param name="index">The offset, in pages.</param>
/// <param name="grants">The grants.</param>
internal sealed class GrantMap(SimulatedLinux linux, ulong index, ioctl_gntdev_grant_ref[] grants)
{
    // One for the file's list, one for a mapping.
    private int _users = 1;

    internal ulong Index => index;

    internal ulong End => index + (ulong)grants.Length;

    internal ioctl_gntdev_grant_ref[] Grants => grants;

    internal bool IsMapped { get; private set; }

    /// <summary>It was mapped for reading only.</summary>
    internal bool IsReadOnly { get; private set; }

    internal UnmapNotice Notice { get; set; }

    internal void Map(bool isReadOnly)
    {
        (IsMapped, IsReadOnly) = (true, isReadOnly);
        _users++;
    }

    internal void Unmap()
    {
        IsMapped = false;
        Release();
    }

    /// <summary>A user less: the last one tells the other side.</summary>
    internal void Release()
    {
        if (--_users == 0)
            Notice.Send(linux);
    }
}
