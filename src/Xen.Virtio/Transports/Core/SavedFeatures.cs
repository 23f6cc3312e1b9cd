namespace Xen.Virtio.Transports.Core;

/// <summary>How far a feature negotiation had come.</summary>
internal readonly record struct SavedFeatures(
    ulong Accepted, bool AcceptedUnknown, uint OfferedSelector, uint AcceptedSelector);
