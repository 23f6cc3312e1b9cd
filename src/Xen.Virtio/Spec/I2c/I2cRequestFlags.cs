using System;

namespace Xen.Virtio.Spec.I2c;

/// <summary><c>flags</c> of a request, virtio 1.3 §5.18.6.1. Other bits are reserved.</summary>
[Flags]
public enum I2cRequestFlags : uint
{
    /// <summary>None: a write, and the last of its group.</summary>
    None = 0,

    /// <summary>VIRTIO_I2C_FLAGS_FAIL_NEXT: the next request is of the same group, and fails if this one
    /// does.</summary>
    FailNext = 1,

    /// <summary>VIRTIO_I2C_FLAGS_M_RD: a read.</summary>
    Read = 2,
}
