using Microsoft.Extensions.Logging;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd.Kernel;

/// <summary>Giving address space back, where nobody is left who could be told that it failed.</summary>
internal static class Unmapping
{
    /// <summary>Unmaps memory.</summary>
    /// <returns>False if the kernel refused, which is logged: what is there stays mapped.</returns>
    internal static bool TryUnmap(this IKernel kernel, ILogger logger, nint address, nuint length) =>
        kernel.Unmap(address, length).IsUnmapped(logger, address, length);

    /// <summary>Looks at what the kernel made of it, and logs a refusal.</summary>
    internal static bool IsUnmapped(this HypercallResult result, ILogger logger, nint address, nuint length)
    {
        if (!result.IsSuccess)
            logger.UnmapFailed(length, AddressText.Of(address), XenErrno.Name(result.Errno));
        return result.IsSuccess;
    }
}
