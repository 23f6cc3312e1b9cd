using System;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A device that a back end is to serve, as its toolstack described it. Does not change.</summary>
public sealed class BackendDevice
{
    internal BackendDevice(BackendDeviceId id, IReadOnlyDictionary<string, string> keys) => (Id, Keys) = (id, keys);

    /// <summary>Which device.</summary>
    public BackendDeviceId Id { get; }

    /// <summary>The guest.</summary>
    public DomainId Frontend => Id.Frontend;

    /// <summary>The directory of the back end.</summary>
    public required string BackendPath { get; init; }

    /// <summary>The directory of the guest's end.</summary>
    public required string FrontendPath { get; init; }

    /// <summary>
    /// Names this life of the guest: the value of its node <c>vm</c>, a path with the guest's UUID. The same number of
    /// a domain with another one is another guest. Empty if the toolstack wrote none.
    /// </summary>
    public required string Incarnation { get; init; }

    /// <summary>Where the handshake stood when the device was read.</summary>
    public required XenbusState State { get; init; }

    /// <summary>How the guest sees it.</summary>
    public required BackendTransport Transport { get; init; }

    /// <summary>Guest physical address of its registers; 0 unless it is virtio-mmio.</summary>
    public required ulong Base { get; init; }

    /// <summary>Its interrupt: an SPI, or an input of an I/O APIC; 0 unless it is virtio-mmio.</summary>
    public required int Irq { get; init; }

    /// <summary>Its place on the PCI bus, <c>00:10.0</c>; empty unless it is virtio-pci.</summary>
    public required string PciSlot { get; init; }

    /// <summary>Whether the guest shares its memory by grants: its addresses are grant references.</summary>
    public required bool UsesGrants { get; init; }

    /// <summary>
    /// All keys of the back end's directory, those above too, but for <c>state</c> and <c>online</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Keys { get; }

    /// <summary>A key's value; null if there is none.</summary>
    /// <param name="name">The key.</param>
    public string? this[string name] => Keys.GetValueOrDefault(name);

    /// <summary>Whether another description is of the same device in the same life of the same guest.</summary>
    /// <param name="other">The other one. Its <see cref="State"/> does not matter.</param>
    public bool IsSameAs(BackendDevice other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Id != other.Id || Incarnation != other.Incarnation || Keys.Count != other.Keys.Count)
            return false;
        foreach (var (name, value) in Keys)
        {
            if (other[name] != value)
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString();
}
