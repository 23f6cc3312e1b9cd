using System.Threading;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>One vCPU's place in the shared page, and the protocol by which a request is taken and answered.</summary>
/// <remarks>
/// The states go NONE, READY (Xen), INPROCESS, IORESP_READY (device model), NONE (Xen). Any other order makes Xen
/// crash the guest. The state shares its byte with flags of the request, and the event channel port beside it must
/// never change: so only that byte is written, with the flags kept.
/// </remarks>
// SAFETY: the server's page stays mapped until its thread, the only user of slots after the start, has ended. The state
// byte is inside the structure, and the copies that are looked into are locals.
internal readonly unsafe struct IoreqSlot(ioreq* slot)
{
    private static readonly int StateByte = FindStateByte();

    /// <summary>The port of this vCPU, valid once the server is enabled.</summary>
    internal EventChannelPort RemotePort => new(Volatile.Read(ref slot->vp_eport));

    /// <summary>Takes a request, if there is one.</summary>
    /// <param name="request">A private copy.</param>
    /// <returns>False if no request is waiting: a wake-up may come for nothing.</returns>
    internal bool TryTake(out IoRequest request)
    {
        request = default;
        if (State != XenAbi.STATE_IOREQ_READY)
            return false;

        State = XenAbi.STATE_IOREQ_INPROCESS;
        request = Copy();
        return true;
    }

    /// <summary>Takes a request that nobody answered, though somebody, who is gone, may have taken it.</summary>
    /// <param name="request">A private copy.</param>
    /// <param name="isAnswered">There is an answer that Xen may not have been told of.</param>
    /// <returns>False if there is none.</returns>
    internal bool TryTakeLeft(out IoRequest request, out bool isAnswered)
    {
        request = default;
        var state = State;
        isAnswered = state == XenAbi.STATE_IORESP_READY;
        if (state != XenAbi.STATE_IOREQ_INPROCESS)
            return TryTake(out request);

        request = Copy();
        return true;
    }

    /// <summary>Answers the request that was taken. The caller then notifies the port.</summary>
    /// <param name="data">What the guest reads; the value that was written, for a write.</param>
    internal void Complete(ulong data)
    {
        Volatile.Write(ref slot->data, data);
        State = XenAbi.STATE_IORESP_READY;
        Interlocked.MemoryBarrier();
    }

    // SAFETY: Xen wrote the slot before it made the state READY, and leaves it alone until the answer.
    private IoRequest Copy()
    {
        var copy = *slot;
        return new IoRequest(copy);
    }

    private int State
    {
        get
        {
            var copy = default(ioreq);
            ((byte*)&copy)[StateByte] = Volatile.Read(ref ((byte*)slot)[StateByte]);
            return copy.state;
        }

        set
        {
            var copy = default(ioreq);
            ((byte*)&copy)[StateByte] = Volatile.Read(ref ((byte*)slot)[StateByte]);
            copy.state = (byte)value;
            Volatile.Write(ref ((byte*)slot)[StateByte], ((byte*)&copy)[StateByte]);
        }
    }

    // The generated accessor knows where the bit-field is; this asks it.
    private static int FindStateByte()
    {
        var probe = new ioreq { state = 1 };
        var offset = 0;
        while (((byte*)&probe)[offset] == 0)
            offset++;
        return offset;
    }
}
