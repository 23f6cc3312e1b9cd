using System;
using Xen.Sys;

namespace Conformance.Life;

/// <summary>Makes a domain without a toolstack ready to run code.</summary>
internal static class GuestCode
{
    /// <summary>Puts code into a domain's memory by a mapping, and its first vCPU there by a context.</summary>
    /// <param name="xen">The way to Xen.</param>
    /// <param name="memory">Maps the domain's memory.</param>
    /// <param name="domain">An HVM domain, paused, that never ran.</param>
    /// <param name="address">Where the code is to be: the start of a page.</param>
    /// <param name="code">At most a page.</param>
    internal static void Load(
        IHypercallTransport xen, IForeignMemory memory, DomainId domain, ulong address, ReadOnlySpan<byte> code)
    {
        var errors = new int[1];
        using (var page = memory.Map(
            domain, [new GuestFrameNumber(address >> XenPage.Shift)], ForeignAccess.ReadWrite, errors))
        {
            Assert.Equal([0], errors);
            using var view = page.OpenView();
            code.CopyTo(view.GetSpan(0, code.Length));
        }

        DomctlInterface.Probe(xen, out var domctl).OrThrow("probe");
        Domctl.GetHvmContextSize(xen, domctl, domain, out var size).OrThrow("gethvmcontext", domain);
        var saved = new byte[size];
        Domctl.GetHvmContext(xen, domctl, domain, saved, out _).OrThrow("gethvmcontext", domain);
        Domctl.SetHvmContext(xen, domctl, domain, FlatContext.Starting(saved, address))
            .OrThrow("sethvmcontext", domain);
    }
}
