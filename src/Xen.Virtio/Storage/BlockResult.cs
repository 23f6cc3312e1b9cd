namespace Xen.Virtio.Storage;

/// <summary>How a block operation ended. Host I/O errors are values here: the guest sees a failed request.</summary>
public enum BlockResult
{
    /// <summary>Done.</summary>
    Success,

    /// <summary>The host could not do it; the back end has logged why.</summary>
    Failure,

    /// <summary>A write to something that is read-only. Nothing was changed.</summary>
    ReadOnly,

    /// <summary>Beyond the end. Nothing was read or changed.</summary>
    OutOfRange,
}
