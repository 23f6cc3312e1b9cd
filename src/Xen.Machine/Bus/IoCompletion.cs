namespace Xen.Machine;

/// <summary>The right to complete one access that was answered with <see cref="IoResult.Deferred"/>.</summary>
/// <param name="Access">Whoever waits for the answer.</param>
/// <param name="Ticket">Which of its accesses this is.</param>
public readonly record struct IoCompletion(IDeferredAccess Access, ulong Ticket)
{
    /// <summary>Answers. Any thread, even before the device has said that it defers. Never blocks for long.</summary>
    /// <param name="value">What the guest reads, as many bytes of it as it asked for; ignored for a write.</param>
    /// <returns>False if it was answered already: by an earlier call, or since the device model has stopped.</returns>
    public bool Complete(ulong value = 0) => Access is not null && Access.TryComplete(Ticket, value);
}
