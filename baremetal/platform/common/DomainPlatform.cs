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
    // How long a console daemon may take for its ring before text is dropped, in nanoseconds.
    private const ulong Patience = 100_000_000;

    internal DirectTransport Transport;
    internal byte* Arguments;
    internal int ArgumentsLength;
    internal shared_info* Shared;
    internal EventChannelPort TimerPort;
    internal bool IsPv;

    public readonly ReadOnlySpan<byte> CommandLine => new(Arguments, ArgumentsLength);

    public bool IsInitialDomain { get; internal set; }

    public xenstore_domain_interface* StoreRing { get; internal set; }

    public EventChannelPort StorePort { get; internal set; }

    public xencons_interface* ConsoleRing { get; internal set; }

    public EventChannelPort ConsolePort { get; internal set; }

    public readonly void SleepUntil(ulong systemTime)
    {
        if (SystemTime >= systemTime)
            return;

        var timeout = SetTimer(systemTime) ? 0 : systemTime;
        Wait(timeout);
    }

    public readonly void Write(ReadOnlySpan<byte> text)
    {
        // Xen refuses this to most domains other than dom0.
        ConsoleIo.Write(Transport, text);
        if (ConsoleRing is not null)
            WriteToRing(text);
    }

    public readonly void Shutdown(ShutdownReason reason)
    {
        SchedOp.Shutdown(Transport, reason);
        Fatal.Stop("the domain goes on after its shutdown"u8);
    }

    /// <summary>Says why and how, and ends the domain as crashed. Uses as little as it can.</summary>
    internal readonly void Crash()
    {
        SchedOp.Shutdown(Transport, ShutdownReason.Crash);
        while (true)
        {
        }
    }

    // Waits for the timer and the rings, until the time is up; 0 for no such time.
    private readonly void Wait(ulong timeout)
    {
        var ports = stackalloc EventChannelPort[3];
        var count = 0;
        Add(ports, ref count, TimerPort);
        Add(ports, ref count, StorePort);
        Add(ports, ref count, ConsolePort);
        SchedOp.Poll(Transport, new ReadOnlySpan<EventChannelPort>(ports, count), timeout);
        for (var i = 0; i < count; i++)
            Acknowledge(ports[i].Value);
    }

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

    private readonly void WriteToRing(ReadOnlySpan<byte> text)
    {
        var ring = (byte*)&ConsoleRing->@out;
        var size = (uint)sizeof(xencons_interface.out_array);
        var produced = ConsoleRing->out_prod;
        foreach (var character in text)
        {
            if (character == (byte)'\n' && !Put(ring, size, ref produced, (byte)'\r'))
                break;
            if (!Put(ring, size, ref produced, character))
                break;
        }

        Publish(produced);
    }

    private readonly bool Put(byte* ring, uint size, ref uint produced, byte value)
    {
        if (produced - Volatile.Read(ref ConsoleRing->out_cons) >= size)
        {
            Publish(produced);
            var deadline = SystemTime + Patience;
            while (produced - Volatile.Read(ref ConsoleRing->out_cons) >= size)
            {
                if (SystemTime >= deadline)
                    return false;

                Wait(deadline);
            }
        }

        ring[produced % size] = value;
        produced++;
        return true;
    }

    private readonly void Publish(uint produced)
    {
        Interlocked.MemoryBarrier();
        ConsoleRing->out_prod = produced;
        Interlocked.MemoryBarrier();
        EventChannelOp.Send(Transport, ConsolePort);
    }
}
