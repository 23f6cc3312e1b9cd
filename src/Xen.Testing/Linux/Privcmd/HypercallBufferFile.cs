using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Linux.Privcmd;

/// <summary><c>/dev/xen/hypercall</c>: memory that hypercalls may point to.</summary>
internal sealed class HypercallBufferFile(SimulatedLinux linux, string path) : SimulatedFile(linux, path)
{
    internal override HypercallResult Map(in MapRequest request, out VirtualArea? area)
    {
        area = request.IsShared ? new Buffer(request.Protection) : null;
        return area is null ? HypercallResult.Failure(XenAbi.XEN_EINVAL) : default;
    }

    private sealed unsafe class Buffer(int protection) : VirtualArea
    {
        internal override bool IsBuffer => true;

        internal override bool MaySplit => true;

        internal override VirtualArea Remainder() => new Buffer(protection);

        protected override void Appear(byte* address) => HostMemory.MapFresh(address, Length, protection);
    }
}
