using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Daemons.Tests;

/// <summary>The transcript of what the daemons answer is true.</summary>
public sealed class TranscriptTests
{
    public static TheoryData<string, string> SectionsOfKinds => new(
        from section in StoreTranscript.Sections
        from kind in Enum.GetNames<DaemonKind>()
        select (section, kind));

    [Theory]
    [MemberData(nameof(SectionsOfKinds))]
    public void Daemon_answers_as_the_transcript_says(string section, string kind) =>
        Assert.Empty(Play(section, Enum.Parse<DaemonKind>(kind), Enum.Parse<DaemonKind>(kind)));

    [Theory]
    [InlineData(nameof(DaemonKind.OCaml417))]
    [InlineData(nameof(DaemonKind.C420))]
    public void Transcript_tells_one_daemon_from_another(string other) =>
        Assert.NotEmpty(Play("special nodes", DaemonKind.C417, Enum.Parse<DaemonKind>(other)));

    private static IReadOnlyList<string> Play(string section, DaemonKind kind, DaemonKind expected)
    {
        using var daemon = RealDaemon.Start(kind);
        var domains = new Dictionary<string, FakeDomain>();
        var stores = new List<RawStore>();
        try
        {
            return StoreTranscript.Differences(
                section,
                expected,
                domid => domains.Add(domid.ToString(CultureInfo.InvariantCulture), daemon.CreateDomain(domid)),
                name =>
                {
                    stores.Add(domains.TryGetValue(name, out FakeDomain? domain)
                        ? new RawStore(domain)
                        : RawStore.Connect(daemon.SocketPath));
                    return stores[^1];
                });
        }
        finally
        {
            foreach (RawStore store in stores)
                store.Dispose();
            foreach (FakeDomain domain in domains.Values)
                domain.Dispose();
        }
    }
}
