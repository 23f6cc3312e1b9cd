namespace Xen.Machine;

/// <summary>Whoever waits for the answers of devices that defer them. Implemented by the device model.</summary>
public interface IDeferredAccess
{
    /// <summary>Answers an access.</summary>
    /// <param name="ticket">Which one.</param>
    /// <param name="value">What the guest reads.</param>
    /// <returns>False if it has its answer already.</returns>
    bool TryComplete(ulong ticket, ulong value);
}
