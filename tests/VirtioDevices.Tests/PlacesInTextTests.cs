using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using VirtioRng;

namespace VirtioDevices.Tests;

/// <summary>Where pages and snippets say that devices are, attach puts them.</summary>
public sealed partial class PlacesInTextTests
{
    public static TheoryData<string, string> Places => [.. Texts("README.md").Concat(Texts("*.cfg"))
        .SelectMany(static path => Place().Matches(File.ReadAllText(path)))
        .Select(static match => (match.Groups["base"].Value.ToLowerInvariant(), match.Groups["irq"].Value))
        .Distinct()];

    [Fact]
    public void There_are_such_places() => Assert.All(
        (string[])["0xd0000000", "0xd0000200", "0xd0000800"],
        static place => Assert.Contains(Places, row => row.Data.Item1 == place));

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Attach_gives_the_place(string address, string irq)
    {
        await using var host = new RunningHost([new RngKind()]);
        host.CreateDomain(5);
        var given = new Dictionary<string, string>();
        for (var device = 0; device < 8; device++)
        {
            await host.AttachAsync("-d", "5");
            var keys = $"/local/domain/0/backend/virtio/5/{device}";
            given.Add(await ReadAsync($"{keys}/base"), await ReadAsync($"{keys}/irq"));
        }

        Assert.Equal(irq, given[address]);

        async ValueTask<string> ReadAsync(string path) =>
            await host.Store.ReadAsync(path, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Texts(string pattern) =>
        Directory.EnumerateFiles(RepositoryRoot.Combine("samples"), pattern, SearchOption.AllDirectories);

    // "0xD0000200 and 6", "0xd0000000, interrupt 5"; "0xD0000000, 0x200" is no such thing.
    [GeneratedRegex(@"(?<base>0x[dD]0000[0-9a-fA-F]{3})(,| and)( interrupt)? (?<irq>\d+)\b")]
    private static partial Regex Place();
}
