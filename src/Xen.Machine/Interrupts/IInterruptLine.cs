namespace Xen.Machine;

/// <summary>The wire from a device to its guest's interrupt controller.</summary>
/// <remarks>
/// Devices speak of levels, as wires do. An edge-triggered input acts on the change from low to high, so a device
/// that keeps its line high until the guest acknowledges works with either trigger mode.
/// Callable from any thread, under locks of the device, so it must be short; never throws: a guest that is gone has no one to interrupt.
/// </remarks>
public interface IInterruptLine
{
    /// <summary>Drives the line.</summary>
    /// <param name="asserted">True while the device has something to say.</param>
    void SetLevel(bool asserted);
}
