using System;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Pages of ours that are granted for as long as they are mapped.</summary>
internal sealed unsafe class GrantShare : ForeignMapping, IGrantShare
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly GrantReference[] _references;

    internal GrantShare(IKernel kernel, ILogger logger, nint address, GrantReference[] references)
        : base((byte*)address, references.Length, ForeignAccess.ReadWrite, [])
    {
        _kernel = kernel;
        _logger = logger;
        _references = references;
        PrivcmdMeter.GrantMapped.Add((long)references.Length * XenPage.Size);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<GrantReference> References => _references;

    // The base class calls this once, after the last view has ended.
    protected override void Unmap(byte* address, int pageCount)
    {
        if (GrantPages.Unmap(_kernel, _logger, (nint)address, pageCount))
            PrivcmdMeter.GrantMapped.Add(-(long)pageCount * XenPage.Size);
    }
}
