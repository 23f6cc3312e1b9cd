using System;
using System.Text;
using Xen.Sys;

namespace Xen.Domain.Tests.Support;

/// <summary>The platform of a <see cref="TestMachine"/>.</summary>
internal readonly unsafe struct TestPlatform(TestMachine machine) : IDomainPlatform
{
    public ReadOnlySpan<byte> CommandLine => Encoding.UTF8.GetBytes(machine.CommandLine);

    public bool IsInitialDomain => machine.IsInitialDomain;

    public ulong SystemTime => machine.Time += 10;

    public xenstore_domain_interface* StoreRing => machine.HasStore ? machine.Store : null;

    public EventChannelPort StorePort => new(1);

    public xencons_interface* ConsoleRing => machine.Console;

    public EventChannelPort ConsolePort => new(2);

    public void SleepUntil(ulong systemTime) => machine.Sleep(systemTime);

    public void Write(ReadOnlySpan<byte> text) => machine.Write(text);

    public void Shutdown(ShutdownReason reason) => machine.Shutdowns.Add(reason);
}
