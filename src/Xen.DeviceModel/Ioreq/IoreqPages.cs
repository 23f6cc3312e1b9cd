using System;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>The pages that Xen and an IOREQ server share: a slot for each vCPU, and maybe the ring of buffered requests.</summary>
internal sealed unsafe class IoreqPages : IDisposable
{
    private const int SlotsPerPage = XenPage.Size / 32;

    private readonly IForeignMapping _slots;
    private readonly IForeignMapping? _ring;

    private IoreqPages(IForeignMapping slots, IForeignMapping? ring)
    {
        _slots = slots;
        _ring = ring;
    }

    /// <summary>The ring, if the server has one.</summary>
    // SAFETY: a ring is a page, and this object keeps it.
    internal BufferedRequests? Buffered =>
        _ring is null ? null : new BufferedRequests((buffered_iopage*)_ring.Address);

    /// <summary>The mapping of the slots, for the kernel.</summary>
    internal IForeignMapping Slots => _slots;

    /// <summary>Maps them.</summary>
    /// <param name="memory">Maps Xen's pages.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="server">The server, which exists.</param>
    /// <param name="vcpus">How many slots there are.</param>
    /// <param name="isBuffered">Whether there is a ring.</param>
    /// <exception cref="HypercallException">Xen or the kernel refused.</exception>
    internal static IoreqPages Map(
        IForeignMemory memory, DomainId domain, IoreqServerId server, uint vcpus, bool isBuffered)
    {
        var ring = isBuffered
            ? MapFrames(memory, domain, server, XenAbi.XENMEM_resource_ioreq_server_frame_bufioreq, 1)
            : null;
        try
        {
            // The synchronous frames follow the buffered one. A slot never lies across two of them.
            var count = (int)((vcpus + SlotsPerPage - 1) / SlotsPerPage);
            const ulong First = XenAbi.XENMEM_resource_ioreq_server_frame_bufioreq + 1;
            return new IoreqPages(MapFrames(memory, domain, server, First, count), ring);
        }
        catch
        {
            ring?.Dispose();
            throw;
        }
    }

    /// <summary>A vCPU's slot.</summary>
    // SAFETY: the mapping has room for every vCPU of the domain, and frames follow each other without a gap.
    internal IoreqSlot Slot(int vcpu) => new((ioreq*)_slots.Address + vcpu);

    /// <summary>Unmaps them. Nobody may use a slot any more.</summary>
    public void Dispose()
    {
        _slots.Dispose();
        _ring?.Dispose();
    }

    private static IForeignMapping MapFrames(
        IForeignMemory memory, DomainId domain, IoreqServerId server, ulong frame, int count) =>
        memory.MapResource(domain, XenAbi.XENMEM_resource_ioreq_server, server.Value, frame, count);
}
