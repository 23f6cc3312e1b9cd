namespace Xen.Virtio.Devices;

/// <summary>
/// Words that a device keeps where they survive the death of the process: what changes too often to be saved as a whole
/// each time (<see cref="Xen.Machine.ISavedState"/>).
/// </summary>
/// <remarks>
/// All 0 at the beginning. A process that is killed in the middle of <see cref="Write"/> must leave the old word or the
/// new one: that is one store. The words are the process's own, no guest can write them. Any thread; each word has one
/// that writes at a time. Never blocks, never throws.
/// </remarks>
public interface IDeviceNotes
{
    /// <summary>How many words there are.</summary>
    int Count { get; }

    /// <summary>What was written last.</summary>
    /// <param name="index">Which word.</param>
    ulong Read(int index);

    /// <summary>Writes a word.</summary>
    /// <param name="index">Which word.</param>
    /// <param name="value">Its new value.</param>
    void Write(int index, ulong value);
}
