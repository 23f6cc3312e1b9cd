namespace Xen.Machine;

/// <summary>What a device is about to do with a piece of guest memory.</summary>
/// <remarks>
/// The provider may map less than it could when the device only reads: a grant is then mapped read-only.
/// </remarks>
public enum GuestAccess
{
    /// <summary>The device only reads.</summary>
    Read,

    /// <summary>The device writes, and may read as well.</summary>
    Write,
}
