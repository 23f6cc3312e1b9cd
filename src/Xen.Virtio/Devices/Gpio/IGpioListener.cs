namespace Xen.Virtio.Devices.Gpio;

/// <summary>Who hears of the changes of a bank's lines.</summary>
public interface IGpioListener
{
    /// <summary>A watched line has changed. On any thread; never blocks, never throws.</summary>
    /// <param name="line">The bank's number of the line.</param>
    /// <param name="isRising">Whether it is high now.</param>
    void OnEdge(int line, bool isRising);
}
