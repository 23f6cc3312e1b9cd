using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>What a chip knows of one line. Under its lock.</summary>
internal struct GpioHostLine
{
    /// <summary>The line's number on the host's chip.</summary>
    public uint Offset;

    /// <summary>The line's name.</summary>
    public string Name;

    /// <summary>The line's file while it is requested; null otherwise.</summary>
    public SafeFileHandle? File;

    /// <summary>The direction that the guest gave it.</summary>
    public GpioDirection Direction;

    /// <summary>What is watched.</summary>
    public GpioEdges Edges;

    /// <summary>That it is in use elsewhere was logged.</summary>
    public bool IsBusyLogged;

    /// <summary>That a call failed was logged.</summary>
    public bool IsFailureLogged;
}
