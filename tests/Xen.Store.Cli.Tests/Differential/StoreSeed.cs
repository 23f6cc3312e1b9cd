using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>A store made up from a number: odd names, values that are no text, deep and broad trees, permissions.</summary>
internal sealed class StoreSeed
{
    private const string NameCharacters = "abcXYZ019-_@";
    private readonly Random _random;

    /// <summary>Makes one up.</summary>
    public StoreSeed(int seed, IReadOnlyList<ushort> domains)
    {
        _random = new Random(seed);
        Domains = domains;
        var tops = _random.Next(1, 5);
        for (var i = 0; i < tops; i++)
            Grow($"/t{i}{Name(6)}", 0, _random.Next(1, 30));
        Grow("/local/domain/0/own", 0, 4);
        if (_random.Next(4) == 0)
            Grow("/broad", 0, 120, isBroad: true);
        if (_random.Next(4) == 0)
            GrowDeep("/deep", _random.Next(10, 40));
    }

    /// <summary>The nodes, parents before children.</summary>
    public List<(string Path, byte[] Value, string? Permissions)> Nodes { get; } = [];

    /// <summary>The domains that there are.</summary>
    public IReadOnlyList<ushort> Domains { get; }

    /// <summary>Removes all that is there, and puts this in its place.</summary>
    public async Task FillAsync(XenStoreClient client, CancellationToken stop)
    {
        foreach (var name in await client.ListAsync("/", stop))
        {
            if (name != "tool")
                await client.RemoveAsync($"/{name}", stop);
        }

        await client.SetPermissionsAsync("/", Parse("n0"), stop);
        await Task.WhenAll(Nodes.Select(async node => await client.WriteAsync(node.Path, (ReadOnlyMemory<byte>)node.Value, stop)).ToArray());
        foreach (var (path, _, permissions) in Nodes.Where(static node => node.Permissions is not null))
            await client.SetPermissionsAsync(path, Parse(permissions!), stop);
    }

    /// <summary>A value.</summary>
    public byte[] Value()
    {
        var length = _random.Next(6) switch
        {
            0 => 0,
            1 => _random.Next(60, 76),
            2 => _random.Next(76, 700),
            _ => _random.Next(1, 30),
        };
        var value = new byte[length];
        _random.NextBytes(value);
        var isText = _random.Next(3) > 0;
        for (var i = 0; i < length && isText; i++)
            value[i] = (byte)(' ' + (value[i] % ('~' - ' ' + 1)));
        return _random.Next(8) == 0 ? Encoding.UTF8.GetBytes("tab\tline\nback\\slash \"quoted\" é") : value;
    }

    /// <summary>Permissions, as words.</summary>
    public string Permissions() => string.Join(' ', Enumerable.Range(0, _random.Next(1, 5))
        .Select(_ => $"{"nrwb"[_random.Next(4)]}{Domains[_random.Next(Domains.Count)]}"));

    private static XenStorePermission[] Parse(string permissions) => [.. permissions.Split(' ').Select(static word =>
        XenStorePermission.TryParse(word, out var permission) ? permission : throw new FormatException(word))];

    private string Name(int most) => string.Concat(Enumerable.Range(0, _random.Next(1, most + 1))
        .Select(_ => NameCharacters[_random.Next(NameCharacters.Length)]));

    private void Add(string path) => Nodes.Add((path, Value(), _random.Next(3) == 0 ? Permissions() : null));

    private void Grow(string path, int depth, int budget, bool isBroad = false)
    {
        Add(path);
        var names = new HashSet<string>();
        while (budget > 0)
        {
            var share = isBroad || depth > 6 ? 1 : _random.Next(1, budget + 1);
            budget -= share;
            var name = Name(_random.Next(8) == 0 ? 70 : 9);
            if (names.Add(name))
                Grow($"{path}/{name}", depth + 1, share - 1);
        }
    }

    private void GrowDeep(string path, int depth)
    {
        for (var i = 0; i < depth; i++)
        {
            Add(path);
            path += $"/{Name(3)}";
        }
    }
}
