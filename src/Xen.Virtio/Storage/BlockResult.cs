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

    /// <summary>The back end cannot do such a thing at all. Nothing was changed.</summary>
    Unsupported,

    /// <summary>There is no space left where the bytes are kept. What was to be written may be written in part.</summary>
    NoSpace,
}
