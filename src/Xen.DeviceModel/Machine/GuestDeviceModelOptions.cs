using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>How a guest's device model is set up.</summary>
public sealed record GuestDeviceModelOptions
{
    /// <summary>
    /// A server that was left behind, to be taken over. If it does not exist any more, a new one is made
    /// (<see cref="GuestDeviceModel.IsAdopted"/>).
    /// </summary>
    public IoreqServerId? AdoptServer { get; init; }

    /// <summary>What the guest is; null to ask Xen, which not every domain may.</summary>
    public GuestKind? Kind { get; init; }

    /// <summary>
    /// Gives up, before there is a device, what the handles could do to other domains. Without effect where a kernel cannot.
    /// </summary>
    public bool Restrict { get; init; } = true;

    /// <summary>Has the kernel ring the doorbells of devices where it can.</summary>
    public bool UseKernelDoorbells { get; init; }

    /// <summary>Reaches the guest's buffers by grants, too, where their addresses say so.</summary>
    public bool Grants { get; init; }

    /// <summary>
    /// Maps the guest's RAM when it starts, not where a device first reaches; see <see cref="ForeignGuestMemory.MapAtOnce"/>.
    /// </summary>
    public bool MapAtOnce { get; init; }

    /// <summary>Brings the I/O APIC that a PVH guest lacks. A guest has one: of one device model only.</summary>
    public bool IoApic { get; init; } = true;

    /// <summary>How an Arm guest was told that its devices' interrupts trigger.</summary>
    public InterruptTrigger Trigger { get; init; } = InterruptTrigger.Edge;

    /// <summary>Whether requests that need no answer come by a ring (x86).</summary>
    public BufferedIoreqMode Buffered { get; init; } = BufferedIoreqMode.Off;
}
