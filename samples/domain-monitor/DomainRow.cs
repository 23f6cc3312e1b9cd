using System;
using Xen.Domain;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>A domain as a line of the table.</summary>
internal static class DomainRow
{
    private const int NameColumn = 6;
    private const int NameWidth = 18;
    private const int FlagsColumn = 25;
    private const int ReasonColumn = 32;
    private const int VcpuColumn = 42;
    private const int VcpuWidth = 5;
    private const int MemoryWidth = 9;
    private const int SecondsWidth = 14;
    private const int PercentWidth = 8;
    private const ulong PagesPerMebibyte = (1 << 20) / XenPage.Size;

    /// <summary>The heading.</summary>
    internal static ReadOnlySpan<byte> Heading =>
        "id    name               state  reason    vcpus  mem(MiB)        cpu(s)    cpu%"u8;

    /// <summary>Puts a domain's line together.</summary>
    /// <param name="text">An empty line.</param>
    /// <param name="info">The domain.</param>
    /// <param name="name">Its name; empty if it is not known.</param>
    /// <param name="areVcpusTold">Whether the vCPUs and the CPU time are known.</param>
    /// <param name="isComparable">Whether there is a share of the CPU.</param>
    /// <param name="permille">The share.</param>
    internal static void Format(
        ref TextBuffer text,
        in DomainInfo info,
        scoped ReadOnlySpan<byte> name,
        bool areVcpusTold,
        bool isComparable,
        ulong permille)
    {
        text.AddDecimal(info.Id.Value);
        text.PadTo(NameColumn);
        text.AddPrintable(name.IsEmpty ? "-"u8 : name, NameWidth);
        text.PadTo(FlagsColumn);
        AddFlags(ref text, info);
        text.PadTo(ReasonColumn);
        text.Add(info.IsShutDown ? Reason(info.ShutdownReason) : "-"u8);
        text.PadTo(VcpuColumn);
        if (areVcpusTold)
            text.AddDecimal(info.OnlineVcpus, VcpuWidth);
        else
            text.Add("    -"u8);
        text.Add((byte)' ');
        text.AddDecimal(info.TotalPages / PagesPerMebibyte, MemoryWidth);
        if (areVcpusTold)
            text.AddSeconds(info.CpuTime, decimals: 2, SecondsWidth);
        else
            text.Add("             -"u8);
        if (areVcpusTold && isComparable)
            text.AddTenths(permille, PercentWidth);
        else
            text.Add("       -"u8);
    }

    // In the order of xl list: running, blocked, paused, shut down, crashed, dying.
    private static void AddFlags(ref TextBuffer text, in DomainInfo info)
    {
        var isCrashed = info.IsShutDown && info.ShutdownReason == (uint)ShutdownReason.Crash;
        text.Add((byte)(info.IsRunning ? 'r' : '-'));
        text.Add((byte)(info.IsBlocked ? 'b' : '-'));
        text.Add((byte)(info.IsPaused ? 'p' : '-'));
        text.Add((byte)(info.IsShutDown ? 's' : '-'));
        text.Add((byte)(isCrashed ? 'c' : '-'));
        text.Add((byte)(info.IsDying ? 'd' : '-'));
    }

    private static ReadOnlySpan<byte> Reason(uint reason) => (ShutdownReason)reason switch
    {
        ShutdownReason.PowerOff => "poweroff"u8,
        ShutdownReason.Reboot => "reboot"u8,
        ShutdownReason.Suspend => "suspend"u8,
        ShutdownReason.Crash => "crash"u8,
        ShutdownReason.Watchdog => "watchdog"u8,
        ShutdownReason.SoftReset => "softreset"u8,
        _ => "other"u8,
    };
}
