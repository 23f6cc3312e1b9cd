using System;
using Xen.Domain;
using Xen.Sys;

/// <summary>Says which Xen it runs on, and ends.</summary>
internal static class Program
{
    internal static void Run<TPlatform, TTransport>(ref TPlatform platform, TTransport transport)
        where TPlatform : struct, IDomainPlatform
        where TTransport : struct, IHypercallTransport
    {
        platform.Write("hello from C# on Xen, "u8);
        platform.Write(platform.IsInitialDomain ? "as dom0\n"u8 : "as a domain of its own\n"u8);

        Span<byte> text = stackalloc byte[XenVersionOp.MaximumTextLength];
        if (XenVersionOp.GetCapabilities(transport, text, out var length).IsSuccess)
        {
            platform.Write("Xen can run "u8);
            platform.Write(text[..length]);
            platform.Write("\n"u8);
        }

        platform.SleepUntil(platform.SystemTime + 100_000_000);
        platform.Write("goodbye\n"u8);
    }
}
