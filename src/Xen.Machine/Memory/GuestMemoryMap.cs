using System;
using System.Threading;

namespace Xen.Machine;

/// <summary>
/// One state of a guest's memory map, pinned by the views that use it and released when it has been retired
/// and the last view is gone.
/// </summary>
/// <remarks>
/// A guest's map changes as a whole: a new map is put in place, the old one is retired, and readers that entered
/// before go on in the old one. This is what makes dropping the mappings of a dying domain safe while a queue
/// worker is in the middle of a copy.
/// </remarks>
public abstract class GuestMemoryMap
{
    // One pin belongs to the owner until Retire; zero means released for good.
    private int _pins = 1;
    private int _retired;

    /// <summary>Reaches a range of guest memory in place; see <see cref="GuestMemoryView.TryGetSpan"/>.</summary>
    /// <param name="address">Guest physical address, in bytes. Any value: it comes from the guest.</param>
    /// <param name="length">Length in bytes, never negative.</param>
    /// <param name="access">What the device will do with it.</param>
    /// <param name="span">The memory, valid while the map is pinned.</param>
    /// <returns>False if any byte of the range cannot be used so. Never throws.</returns>
    public abstract bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span);

    /// <summary>Ends the use of buffers; see <see cref="GuestMemoryView.EndBuffers"/>.</summary>
    /// <returns>True if anything was unmapped.</returns>
    public virtual bool EndBuffers() => false;

    /// <summary>Takes a pin.</summary>
    /// <returns>False if the map has been released already: take the guest's current map and try again.</returns>
    public bool TryPin()
    {
        var pins = Volatile.Read(ref _pins);
        while (pins != 0)
        {
            var seen = Interlocked.CompareExchange(ref _pins, pins + 1, pins);
            if (seen == pins)
                return true;
            pins = seen;
        }

        return false;
    }

    /// <summary>Gives a pin back; the last one releases the map's resources.</summary>
    public void Unpin()
    {
        if (Interlocked.Decrement(ref _pins) == 0)
            Release();
    }

    /// <summary>Says that no new view will use this map. It is released when the last view is gone. Idempotent.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _retired, 1) == 0)
            Unpin();
    }

    /// <summary>Frees what the map holds. Called exactly once, on whichever thread gave the last pin back.</summary>
    protected abstract void Release();

    /// <summary>Makes a map that has been released one that is not, with its owner's pin.</summary>
    /// <remarks>
    /// For an owner that makes a map for each view, and keeps it for the next one. No view may use it any more, and nobody
    /// else may know it.
    /// </remarks>
    protected void Reuse()
    {
        Volatile.Write(ref _retired, 0);
        Volatile.Write(ref _pins, 1);
    }
}
