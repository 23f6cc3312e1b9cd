using Xen.Sys;

namespace VirtioDisk.Disks;

/// <summary>Where a disk stands in the XenStore.</summary>
/// <param name="Domain">The guest.</param>
/// <param name="Number">The disk.</param>
internal readonly record struct DiskPaths(DomainId Domain, uint Number)
{
    /// <summary>libxl's name of such disks.</summary>
    internal const string Kind = "virtio_disk";

    /// <summary>Where the disks of all guests are.</summary>
    internal const string All = $"/local/domain/0/backend/{Kind}";

    /// <summary>The back end's directory.</summary>
    internal string Backend => $"{All}/{Domain}/{Number}";

    /// <summary>The guest's directory.</summary>
    internal string Frontend => $"/local/domain/{Domain}/device/{Kind}/{Number}";

    /// <summary>libxl's own list of a guest's devices, by which xl takes them away with the guest.</summary>
    internal string Libxl => $"/libxl/{Domain}/device/{Kind}/{Number}";

    /// <summary>What the daemon has to say.</summary>
    internal string Error => $"/local/domain/0/error/backend/{Kind}/{Domain}/{Number}";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Domain}/{Number}";
}
