using System;
using Xen.Domain;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>What the command line and XenStore say. XenStore, which may change at any time, goes before.</summary>
internal struct MonitorSettings
{
    private const ulong MinimumInterval = 1_000_000;
    private const ulong MaximumInterval = 86_400_000_000_000;

    /// <summary>Nanoseconds from one table to the next.</summary>
    internal ulong Interval { get; private set; }

    /// <summary>How many tables; 0 for no end.</summary>
    internal ulong Count { get; private set; }

    /// <summary>The fault to commit.</summary>
    internal PanicKind Panic { get; private set; }

    /// <summary>Whether the hypercall rules are checked first.</summary>
    internal bool Suite { get; private set; }

    /// <summary>Five seconds, no end.</summary>
    internal static MonitorSettings Default => new() { Interval = 5_000_000_000 };

    /// <summary>Takes the words of the command line, and says which ones it does not understand.</summary>
    internal void Read<TPlatform>(ref TPlatform platform, ref ConsoleLine line, ReadOnlySpan<byte> commandLine)
        where TPlatform : IDomainPlatform
    {
        foreach (var word in new CommandLineWords(commandLine))
        {
            if (!TrySet(word.Key, word.Value))
                Complain(ref platform, ref line, word.Key, word.Value);
        }
    }

    /// <summary>Takes what XenStore has.</summary>
    internal void Read<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, ref ConsoleLine line, ref MonitorStore store)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        if (store.TryReadSetting(ref platform, transport, "interval"u8, out var interval)
            && !TrySet("interval"u8, interval))
            Complain(ref platform, ref line, "interval"u8, interval);
        if (store.TryReadSetting(ref platform, transport, "count"u8, out var count) && !TrySet("count"u8, count))
            Complain(ref platform, ref line, "count"u8, count);
    }

    private bool TrySet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ulong number;
        if (key.SequenceEqual("interval"u8))
        {
            if (!NumberText.TryParseSeconds(value, out number) || number is < MinimumInterval or > MaximumInterval)
                return false;
            Interval = number;
            return true;
        }

        if (key.SequenceEqual("count"u8))
        {
            if (!NumberText.TryParse(value, out number))
                return false;
            Count = number;
            return true;
        }

        if (key.SequenceEqual("suite"u8))
        {
            Suite = value.SequenceEqual("1"u8);
            return Suite || value.SequenceEqual("0"u8);
        }

        if (!key.SequenceEqual("panic"u8))
            return false;
        Panic = value.SequenceEqual("trap"u8) ? PanicKind.Trap
            : value.SequenceEqual("bounds"u8) ? PanicKind.Bounds
            : value.SequenceEqual("null"u8) ? PanicKind.Null
            : value.SequenceEqual("stack"u8) ? PanicKind.Stack : PanicKind.None;
        return Panic != PanicKind.None;
    }

    private static void Complain<TPlatform>(
        ref TPlatform platform,
        ref ConsoleLine line,
        scoped ReadOnlySpan<byte> key,
        scoped ReadOnlySpan<byte> value)
        where TPlatform : IDomainPlatform
    {
        const int Shown = 20;
        line.BeginMessage();
        line.Text.AddPrintable(key, Shown);
        line.Text.Add((byte)'=');
        line.Text.AddPrintable(value, Shown);
        line.Text.Add(
            key.SequenceEqual("interval"u8) ? " is not 0.001 to 86400"u8
            : key.SequenceEqual("count"u8) ? " is not a number"u8
            : key.SequenceEqual("panic"u8) ? " is not trap, bounds, null, stack"u8
            : key.SequenceEqual("suite"u8) ? " is not 0, 1"u8
            : " is not a setting"u8);
        line.End(ref platform);
    }
}
