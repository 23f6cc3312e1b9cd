using System;

namespace Xen.Virtio.Spec;

/// <summary>Why the device interrupts, virtio 1.2 §4.2.2, InterruptStatus.</summary>
[Flags]
public enum InterruptCauses
{
    /// <summary>No reason.</summary>
    None = 0,

    /// <summary>A buffer was used in at least one queue.</summary>
    UsedBuffer = 1,

    /// <summary>The configuration, or the status, has changed.</summary>
    ConfigChange = 2,
}
