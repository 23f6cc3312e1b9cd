using System;
using System.Threading;
using Xen.Domain;
using Xen.Sys;

namespace Xen.BareMetal;

/// <summary>The domain that Xen made, however it was booted. Each way to boot fills in what it found.</summary>
// SAFETY: the pages are the domain's own or shared with it by Xen and its tools, and stay mapped as long as it runs. What
// others write into them is read once and bounded before it is used.
internal unsafe partial struct DomainPlatform : IDomainPlatform
{
    // How long a console daemon may take before lines are dropped, in nanoseconds: some times the 200 ms for which
    // xenconsoled does not listen to a domain that writes much.
    private const ulong Patience = 1_000_000_000;

    internal DirectTransport Transport;
    internal byte* CommandLineText;
    internal int CommandLineLength;
    internal shared_info* Shared;
    internal EventChannelPort TimerPort;
    internal bool IsPv;
    private xencons_interface* _console;
    private ConsoleRing _ring;
    private bool _isConsoleStuck;

    public readonly ReadOnlySpan<byte> CommandLine => new(CommandLineText, CommandLineLength);

    public bool IsInitialDomain { get; internal set; }

    public xenstore_domain_interface* StoreRing { get; internal set; }

    public EventChannelPort StorePort { get; internal set; }

    public readonly xencons_interface* ConsoleRing => _console;

    public EventChannelPort ConsolePort { get; private set; }

    public readonly void SleepUntil(ulong systemTime)
    {
        if (SystemTime >= systemTime)
            return;

        var ports = stackalloc EventChannelPort[3];
        var count = 0;
        Add(ports, ref count, TimerPort);
        Add(ports, ref count, StorePort);
        Add(ports, ref count, ConsolePort);
        // Xen's times are signed: for it, one beyond that has passed. 0 is never.
        var timeout = systemTime > long.MaxValue || SetTimer(systemTime) ? 0 : systemTime;
        // A port that Xen does not know would make this no sleep at all.
        if (!SchedOp.Poll(Transport, new ReadOnlySpan<EventChannelPort>(ports, count), timeout).IsSuccess)
            SchedOp.Poll(Transport, default, systemTime);
        for (var i = 0; i < count; i++)
            Acknowledge(ports[i].Value);
        CorrectClock();
    }

    public void Write(ReadOnlySpan<byte> text)
    {
        // Xen refuses this to most domains other than dom0.
        ConsoleIo.Write(Transport, text);
        if (_console is null)
            return;

        // A daemon that has not taken anything for so long is not waited for again until it does.
        var deadline = _isConsoleStuck ? 0 : SystemTime + Patience;
        _isConsoleStuck = _ring.WriteLines(ref this, Transport, text, deadline) > 0;
    }

    public void Shutdown(ShutdownReason reason)
    {
        DrainConsole();
        // Turning a machine off is for ACPI, which dom0 would have to speak: Xen only stops at its PowerOff.
        if (IsInitialDomain && reason == ShutdownReason.PowerOff)
            reason = ShutdownReason.Reboot;
        SchedOp.Shutdown(Transport, reason);
        Fatal.Stop("the domain goes on after its shutdown"u8);
    }

    internal void UseConsole(xencons_interface* ring, EventChannelPort port)
    {
        ConsolePort = port;
        _console = ring;
        _ring = new ConsoleRing(ring);
    }

    /// <summary>For a panic: what it says is waited for again, whoever did not listen before.</summary>
    internal void ListenAgain() => _isConsoleStuck = false;

    /// <summary>Ends the domain as crashed, once its console has what was written.</summary>
    internal void Crash()
    {
        DrainConsole();
        CrashAtOnce();
    }

    /// <summary>Ends the domain as crashed, with no check of whether that worked.</summary>
    internal readonly void CrashAtOnce()
    {
        SchedOp.Shutdown(Transport, ShutdownReason.Crash);
        while (true)
        {
        }
    }

    // A toolstack that destroys the domain right after its end would take the last lines with it.
    private void DrainConsole()
    {
        if (_console is not null && !_isConsoleStuck)
            _ring.Drain(ref this, Transport, SystemTime + Patience);
    }

    // After each sleep, where the clock is not Xen's own.
    readonly partial void CorrectClock();

    private static void Add(EventChannelPort* ports, ref int count, EventChannelPort port)
    {
        if (port.Value != 0)
            ports[count++] = port;
    }

    // Before the caller looks at its rings, so that what comes after it is an event again.
    private readonly void Acknowledge(uint port)
    {
        var words = (ulong*)&Shared->evtchn_pending;
        Interlocked.And(ref words[port / 64], ~(1UL << (int)(port % 64)));
    }
}
