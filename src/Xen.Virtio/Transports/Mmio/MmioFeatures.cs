using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Mmio;

/// <summary>Feature negotiation through 32-bit windows, in any order (virtio 1.2 §2.2, §4.2.2).</summary>
internal sealed class MmioFeatures(ulong offered)
{
    private ulong _accepted;
    private bool _acceptedUnknown;

    public uint OfferedSelector { get; set; }

    public uint AcceptedSelector { get; set; }

    /// <summary>What the driver has accepted so far.</summary>
    public ulong Accepted => _accepted;

    public uint ReadOffered() => OfferedSelector switch
    {
        0 => (uint)offered,
        1 => (uint)(offered >> 32),
        _ => 0,
    };

    // A later write of the same word replaces the earlier one.
    public void WriteAccepted(uint value)
    {
        switch (AcceptedSelector)
        {
            case 0:
                _accepted = (_accepted & ~(ulong)uint.MaxValue) | value;
                break;
            case 1:
                _accepted = (_accepted & uint.MaxValue) | ((ulong)value << 32);
                break;
            default:
                _acceptedUnknown |= value != 0;
                break;
        }
    }

    /// <summary>Whether the device can work with what the driver accepted.</summary>
    public bool AreAgreeable() =>
        !_acceptedUnknown && (_accepted & ~offered) == 0 && (_accepted & VirtioFeatures.Version1) != 0;

    public void Reset()
    {
        _accepted = 0;
        _acceptedUnknown = false;
        OfferedSelector = 0;
        AcceptedSelector = 0;
    }
}
