using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Domain.Tests.Support;

/// <summary>What a domain without an operating system runs on, with a clock that moves when somebody looks or sleeps.</summary>
// SAFETY: the pages are this object's until it is disposed of, and as large as what they are used for.
internal sealed unsafe class TestMachine : IDisposable
{
    private readonly StringBuilder _output = new();

    internal TestMachine()
    {
        Store = (xenstore_domain_interface*)Page();
        Console = (xencons_interface*)Page();
    }

    internal xenstore_domain_interface* Store { get; }

    internal xencons_interface* Console { get; }

    internal bool HasStore { get; set; } = true;

    internal string CommandLine { get; set; } = "";

    internal bool IsInitialDomain { get; set; }

    internal ulong Time { get; set; } = 1_000_000_000;

    /// <summary>Moves bytes between the ring and a daemon; says whether there were any.</summary>
    internal Func<bool> Daemon { get; set; } = static () => false;

    /// <summary>What happens each time the domain sleeps to the end, in this order.</summary>
    internal Queue<Action> Intervals { get; } = new();

    internal List<ShutdownReason> Shutdowns { get; } = [];

    internal List<int> LineLengths { get; } = [];

    internal string Output => _output.ToString();

    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        NativeMemory.AlignedFree(Store);
        NativeMemory.AlignedFree(Console);
    }

    internal void Write(ReadOnlySpan<byte> text)
    {
        LineLengths.Add(text.Length - 1);
        _output.Append(Encoding.UTF8.GetString(text));
    }

    internal void Sleep(ulong until)
    {
        Time += 1000;
        if (Daemon() || Time >= until)
            return;
        Time = until;
        if (Intervals.TryDequeue(out var happen))
            happen();
    }

    /// <summary>Serves the ring from a store, some bytes at a time.</summary>
    internal void Serve(InMemoryXenStore store, DomainId domain, int chunk) =>
        Daemon = new StoreRingPump(Store, store.Connect(domain), chunk).Move;

    private static void* Page()
    {
        var page = NativeMemory.AlignedAlloc(XenPage.Size, XenPage.Size);
        NativeMemory.Clear(page, XenPage.Size);
        return page;
    }
}
