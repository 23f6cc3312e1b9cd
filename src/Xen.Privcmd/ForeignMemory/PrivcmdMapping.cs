using System;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>One privcmd mapping, unmapped exactly once and as a whole.</summary>
internal sealed unsafe class PrivcmdMapping : ForeignMapping
{
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly PrivcmdRange _range;
    private readonly long _mapped;

    internal PrivcmdMapping(
        IKernel kernel, ILogger logger, PrivcmdRange range, int pages, ForeignAccess access, ReadOnlySpan<int> errors)
        : base((byte*)range.Address, pages, access, errors)
    {
        _kernel = kernel;
        _logger = logger;
        _range = range;
        _mapped = (long)(errors.IsEmpty ? pages : errors.Count(0)) * XenPage.Size;
        PrivcmdMeter.ForeignMapped.Add(_mapped);
    }

    // The base class calls this once, after the last view has ended.
    protected override void Unmap(byte* address, int pageCount)
    {
        if (_range.Release(_kernel, _logger))
            PrivcmdMeter.ForeignMapped.Add(-_mapped);
    }
}
