using System;
using System.Text;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>xen_version and multicall.</content>
// SAFETY: there was memory for the structure of the operation at the argument when the call began, and there is until it
// returns: the caller of the real Xen has to see to the latter.
public sealed unsafe partial class SimulatedXen
{
    private static readonly byte[] BuildId = Encoding.ASCII.GetBytes("a simulated build id");

    private HypercallResult XenVersion(Caller caller, ulong command, void* argument)
    {
        switch (command)
        {
            case XenAbi.XENVER_version:
                return new HypercallResult(((long)Version.Major << 16) | Version.Minor);
            case XenAbi.XENVER_extraversion:
                return Text(argument, (int)XenAbi.XEN_EXTRAVERSION_LEN, ".0-simulated");
            case XenAbi.XENVER_compile_info:
                return Compiled((xen_compile_info*)argument);
            case XenAbi.XENVER_capabilities:
                return Text(argument, (int)XenAbi.XEN_CAPABILITIES_INFO_LEN, "xen-3.0-x86_64 hvm-3.0-x86_64 ");
            case XenAbi.XENVER_changeset:
                return Text(argument, (int)XenAbi.XEN_CHANGESET_INFO_LEN, "");
            case XenAbi.XENVER_commandline:
                return Text(argument, XenVersionOp.MaximumTextLength, "simulated");
            case XenAbi.XENVER_platform_parameters:
                ((xen_platform_parameters*)argument)->virt_start = 0xffff_8000_0000_0000;
                return default;
            case XenAbi.XENVER_get_features:
                return Features(caller, (xen_feature_info*)argument);
            case XenAbi.XENVER_pagesize:
                return new HypercallResult(XenPage.Size);
            case XenAbi.XENVER_guest_handle:
                new Span<byte>(argument, sizeof(Guid)).Clear();
                return default;
            case XenAbi.XENVER_build_id:
                return Build((xen_build_id*)argument);
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    private static HypercallResult Text(void* argument, int size, string text)
    {
        var bytes = new Span<byte>(argument, size);
        bytes.Clear();
        Encoding.ASCII.GetBytes(text, bytes);
        return default;
    }

    private static HypercallResult Compiled(xen_compile_info* info)
    {
        *info = default;
        Encoding.ASCII.GetBytes("csc", info->compiler);
        return default;
    }

    // The control domain is a PV domain.
    private HypercallResult Features(Caller caller, xen_feature_info* info)
    {
        if (info->submap_idx != 0)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        info->submap = Find(caller.Domain) is { IsHvm: true } ? 1u << (int)XenAbi.XENFEAT_auto_translated_physmap : 0;
        return default;
    }

    private HypercallResult Build(xen_build_id* buildId)
    {
        if (buildId is null)
            return new HypercallResult(BuildId.Length);
        if (buildId->len == 0 && !Release.MissesRoomForBuildId)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (buildId->len < BuildId.Length)
            return HypercallResult.Failure(XenAbi.XEN_ENOBUFS);
        BuildId.CopyTo(new Span<byte>((byte*)buildId + sizeof(uint), BuildId.Length));
        return new HypercallResult(BuildId.Length);
    }

    private HypercallResult Multicall(Caller caller, multicall_entry* calls, ulong count)
    {
        for (var i = 0UL; i < count; i++)
        {
            var args = calls[i].args;
            calls[i].result = (ulong)Call(caller, (uint)calls[i].op, args[0], args[1], args[2], args[3], args[4]).Value;
        }

        return default;
    }
}
