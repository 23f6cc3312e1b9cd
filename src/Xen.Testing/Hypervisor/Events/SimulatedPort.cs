using System;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>An event channel port of a domain.</summary>
/// <param name="status">What it is connected to.</param>
/// <param name="served">Called when it is signalled, if Xen itself serves it; null for a guest's.</param>
/// <param name="isOfXen">Xen itself serves the port, and lets nobody look at it.</param>
internal sealed class SimulatedPort(EventChannelStatus status, Action? served, bool isOfXen)
{
    internal EventChannelStatus Status { get; set; } = status;

    internal Action? Served { get; } = served;

    internal bool IsOfXen { get; } = isOfXen;

    /// <summary>It was signalled, and its guest has not taken that up. A domain with a kernel takes it at once.</summary>
    internal bool IsPending { get; set; }
}
