using System;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>The driver's side of a queue in guest memory, split or packed. One thread at a time.</summary>
#pragma warning disable CA1711 // "queue" is the standard's word
public interface IGuestQueue
#pragma warning restore CA1711
{
    /// <summary>Size and addresses.</summary>
    VirtQueueConfig Config { get; }

    /// <summary>The negotiated features that the queue was made for.</summary>
    ulong Features { get; }

    /// <summary>Descriptors that are in no chain.</summary>
    int FreeDescriptors { get; }

    /// <summary>Chains made available and not given back yet.</summary>
    int InFlight { get; }

    /// <summary>Whether the device wants to hear of what has been made available since this was asked last.</summary>
    bool DeviceWantsNotification { get; }

    /// <summary>Asks the device not to interrupt, or to interrupt again at the next chain that it gives back.</summary>
    /// <param name="wanted">Whether interrupts are wanted.</param>
    /// <returns>True if something has been used meanwhile.</returns>
    bool SetInterruptsWanted(bool wanted);

    /// <summary>Builds a chain and makes it available. Does not notify.</summary>
    /// <param name="buffers">The buffers in order; at least one, at most as many as descriptors are free.</param>
    /// <returns>What the device will give back: the head, or the buffer id.</returns>
    ushort Add(params ReadOnlySpan<GuestBuffer> buffers);

    /// <summary>Builds a chain in an indirect table, whatever was negotiated, and makes it available.</summary>
    /// <param name="table">Where the table is written: guest memory, 16 bytes for each buffer, until it is given back.</param>
    /// <param name="buffers">The buffers in order.</param>
    /// <returns>What the device will give back: the head, or the buffer id.</returns>
    ushort AddIndirect(ulong table, params ReadOnlySpan<GuestBuffer> buffers);

    /// <summary>Makes a chain available that need not be a good one.</summary>
    /// <param name="descriptors">
    /// Anything, at least one, at most as many as are free. The queue sets NEXT on all but the last, and fills in
    /// <see cref="Descriptor.Next"/> there.
    /// </param>
    /// <returns>What the device will give back: the head, or the buffer id.</returns>
    ushort AddDescriptors(params ReadOnlySpan<Descriptor> descriptors);

    /// <summary>Takes the next chain that the device has given back, and frees its descriptors.</summary>
    /// <param name="used">What the device says of it.</param>
    /// <returns>False if the device has given back nothing more.</returns>
    /// <exception cref="InvalidOperationException">
    /// The device gave back what it must not: twice, never made available, or out of order although IN_ORDER was negotiated.
    /// </exception>
    bool TryTakeUsed(out UsedElement used);
}
