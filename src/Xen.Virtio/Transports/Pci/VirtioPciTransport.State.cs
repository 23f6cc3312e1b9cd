using System;
using Xen.Machine;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Transports.Pci;

/// <content>Saving and restoring: what all transports save, the configuration space, and the vectors.</content>
public sealed partial class VirtioPciTransport
{
    /// <inheritdoc/>
    public byte[] SaveState()
    {
        var writer = new StateWriter(StateKind.Pci);
        lock (_gate)
        {
            lock (_core.Gate)
                SaveTo(writer);
        }

        return writer.Seal();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Before or after <see cref="Attach"/>. Queues that ran go on where their journal says, and the driver is
    /// interrupted for all that it may have missed.
    /// </remarks>
    public bool TryRestoreState(ReadOnlySpan<byte> state)
    {
        lock (_gate)
        {
            lock (_core.Gate)
                return TryRestore(new StateReader(state, StateKind.Pci));
        }
    }

    private void SaveTo(StateWriter writer)
    {
        _core.Save(writer);

        Span<byte> config = stackalloc byte[PciLayout.ConfigLength];
        _config.Save(config);
        writer.Write(config);

        writer.Write(_interrupts.ConfigVector);
        for (var i = 0; i < _core.Queues.Length; i++)
            writer.Write(_interrupts.GetQueueVector((uint)i));

        var table = new byte[_interrupts.Messages.Count * MsixTable.EntrySize];
        _interrupts.Messages.Save(table);
        writer.Write(table);
    }

    private bool TryRestore(StateReader reader)
    {
        var isPossible = _core.TryRead(ref reader, out var saved);

        Span<byte> config = stackalloc byte[PciLayout.ConfigLength];
        reader.Read(config);
        var vectors = new ushort[_core.Queues.Length + 1];
        foreach (ref var vector in vectors.AsSpan())
        {
            vector = reader.ReadUInt16();
            isPossible &= _interrupts.IsVector(vector);
        }

        var table = new byte[_interrupts.Messages.Count * MsixTable.EntrySize];
        reader.Read(table);
        if (!isPossible || !reader.IsAtEnd || !_config.CanRestore(config) || !_core.TryRestoreDevice(saved))
            return false;

        _config.Restore(config);
        _interrupts.Messages.Restore(table);
        _interrupts.ConfigVector = vectors[0];
        for (var i = 0; i < _core.Queues.Length; i++)
            _interrupts.SetQueueVector((uint)i, vectors[i + 1]);
        TakeControl();
        PlaceWindows();
        _core.Restore(saved);
        return true;
    }
}
