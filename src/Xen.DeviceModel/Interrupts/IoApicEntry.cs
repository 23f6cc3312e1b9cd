using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>A redirection entry of an I/O APIC: where one input goes. Source: 82093AA datasheet, section 3.2.4.</summary>
/// <param name="Bits">The 64 bits of the entry.</param>
internal readonly record struct IoApicEntry(ulong Bits)
{
    private const ulong ReadOnlyBits = (1UL << 12) | (1UL << 14);
    private const int LowestUsableVector = 16;
    private const uint FixedDelivery = 0;
    private const uint LowestPriorityDelivery = 1;
    private const ulong LocalApicBase = 0xfee00000;

    /// <summary>An entry as it is after power-on: masked.</summary>
    internal static IoApicEntry AtReset => new(1UL << 16);

    internal bool IsMasked => (Bits >> 16 & 1) != 0;

    private uint Vector => (uint)(Bits & 0xff);

    private uint DeliveryMode => (uint)(Bits >> 8 & 7);

    private ulong DestinationMode => Bits >> 11 & 1;

    private ulong Destination => Bits >> 56;

    /// <summary>The entry after a write of one half; delivery status and remote IRR cannot be written.</summary>
    internal IoApicEntry With(uint half, bool isHigh)
    {
        var written = isHigh
            ? (Bits & uint.MaxValue) | ((ulong)half << 32)
            : (Bits & ~(ulong)uint.MaxValue) | half;
        return new IoApicEntry((written & ~ReadOnlyBits) | (Bits & ReadOnlyBits));
    }

    /// <summary>The message that the entry sends.</summary>
    /// <returns>False for an entry that names no deliverable interrupt; a real one would be lost as well.</returns>
    internal bool TryGetMessage(out MsiMessage message)
    {
        message = new MsiMessage(
            LocalApicBase | (Destination << 12) | (DestinationMode << 2),
            Vector | (DeliveryMode << 8));
        return Vector >= LowestUsableVector && DeliveryMode is FixedDelivery or LowestPriorityDelivery;
    }
}
