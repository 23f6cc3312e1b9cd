namespace Xen.Machine;

/// <summary>Where message-signalled interrupts go.</summary>
public interface IMsiSink
{
    /// <summary>Delivers one. Never throws: a guest that is gone has no one to interrupt.</summary>
    /// <param name="message">The message.</param>
    void Deliver(MsiMessage message);
}
