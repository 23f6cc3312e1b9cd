namespace Xen.Virtio.Devices.Gpio;

/// <summary>A buffer of the event queue that waits for its line: what is needed to give it back.</summary>
/// <param name="Head">What the driver is given back.</param>
/// <param name="Slots">Descriptors that it takes in the ring of a packed queue.</param>
/// <param name="StatusAddress">Where its status goes; whether that is memory shows only on access.</param>
internal readonly record struct GpioBuffer(ushort Head, int Slots, ulong StatusAddress);
