using System;

namespace Xen.Machine;

/// <summary>
/// Something of a guest's machine whose state outlives the process that serves it: saved whenever it changes, and restored
/// by the process that takes over while the guest runs.
/// </summary>
public interface ISavedState
{
    /// <summary>Raised after each change, on any thread, outside of locks.</summary>
    event EventHandler? StateChanged;

    /// <summary>The state as it is now, in a form of its own. Any thread.</summary>
    byte[] SaveState();

    /// <summary>Takes a saved state over. Before the first access of the guest.</summary>
    /// <param name="state">From <see cref="SaveState"/>, perhaps of another version, perhaps damaged.</param>
    /// <returns>False if it cannot be used; nothing has changed then.</returns>
    bool TryRestoreState(ReadOnlySpan<byte> state);
}
