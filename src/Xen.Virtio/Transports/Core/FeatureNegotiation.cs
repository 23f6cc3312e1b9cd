using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Core;

/// <summary>Feature negotiation through 32-bit windows, in any order (virtio 1.2 §2.2).</summary>
internal sealed class FeatureNegotiation(ulong offered, ulong required = VirtioFeatures.Version1)
{
    private ulong _accepted;
    private bool _acceptedUnknown;

    public uint OfferedSelector { get; set; }

    public uint AcceptedSelector { get; set; }

    /// <summary>What the driver has accepted so far.</summary>
    public ulong Accepted => _accepted;

    public uint ReadOffered() => Word(offered, OfferedSelector);

    public uint ReadAccepted() => Word(_accepted, AcceptedSelector);

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
    public bool AreAgreeable() => IsAgreeable(_accepted, _acceptedUnknown);

    public bool IsAgreeable(ulong accepted, bool acceptedUnknown) =>
        !acceptedUnknown && (accepted & ~offered) == 0 && (accepted & required) == required;

    public void Reset() => Restore(default);

    public SavedFeatures Save() => new(_accepted, _acceptedUnknown, OfferedSelector, AcceptedSelector);

    public void Restore(SavedFeatures saved)
    {
        _accepted = saved.Accepted;
        _acceptedUnknown = saved.AcceptedUnknown;
        OfferedSelector = saved.OfferedSelector;
        AcceptedSelector = saved.AcceptedSelector;
    }

    private static uint Word(ulong features, uint selector) => selector switch
    {
        0 => (uint)features,
        1 => (uint)(features >> 32),
        _ => 0,
    };
}
