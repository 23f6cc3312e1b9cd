using System;
using Xen.Domain;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>The first lines: which Xen this is, and what the domain may ask it.</summary>
internal static class Greeting
{
    private const int ExtraVersionLength = 16;

    internal static void PrintVersion<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, ref ConsoleLine line)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        Span<byte> extra = stackalloc byte[ExtraVersionLength];
        XenVersionOp.GetVersion(transport, out var version);
        XenVersionOp.GetExtraVersion(transport, extra, out var length);
        line.BeginMessage();
        line.Text.Add("Xen "u8);
        line.Text.AddDecimal(version.Major);
        line.Text.Add((byte)'.');
        line.Text.AddDecimal(version.Minor);
        line.Text.AddPrintable(extra[..length]);
        line.Text.Add(platform.IsInitialDomain ? ", in the initial domain"u8 : ", in a guest"u8);
        line.End(ref platform);
    }

    internal static void PrintInterfaces<TPlatform>(ref TPlatform platform, ref ConsoleLine line, DomainLister lister)
        where TPlatform : IDomainPlatform
    {
        Print(ref platform, ref line, "sysctl"u8, lister.Sysctl.Version, lister.SysctlResult);
        Print(ref platform, ref line, "domctl"u8, lister.Domctl.Version, lister.DomctlResult);
        line.BeginMessage();
        line.Text.Add(lister.Source switch
        {
            DomainSource.Sysctl => "lists all domains, by sysctl"u8,
            DomainSource.Domctl => "lists all domains, one by one by domctl"u8,
            _ => "may not list domains: shows itself only"u8,
        });
        line.End(ref platform);
    }

    private static void Print<TPlatform>(
        ref TPlatform platform, ref ConsoleLine line, ReadOnlySpan<byte> name, uint version, HypercallResult result)
        where TPlatform : IDomainPlatform
    {
        line.BeginMessage();
        line.Text.Add(name);
        if (version != 0)
        {
            line.Text.Add(" 0x"u8);
            line.Text.AddHexadecimal(version);
        }

        if (!result.IsSuccess)
        {
            line.Text.Add(": not for this domain ("u8);
            line.Text.AddErrno(result.Errno);
            line.Text.Add((byte)')');
        }

        line.End(ref platform);
    }
}
