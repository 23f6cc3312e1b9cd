using System.Collections.Generic;
using System.Linq;

namespace Xen.Headers;

/// <summary>A target ABI that headers can be read for.</summary>
/// <param name="Name">Its name in the metadata.</param>
/// <param name="Triple">Clang's name for it.</param>
internal sealed record TargetAbi(string Name, string Triple)
{
    /// <summary>The known targets.</summary>
    public static IReadOnlyList<TargetAbi> All { get; } =
    [
        new("x86_64", "x86_64-linux-gnu"),
        new("aarch64", "aarch64-linux-gnu"),
        new("i386", "i386-linux-gnu"),
        new("armv7", "armv7-linux-gnueabihf"),
    ];

    /// <summary>Finds a target by its name.</summary>
    /// <exception cref="HeaderReadException">There is none.</exception>
    public static TargetAbi Find(string name) =>
        All.FirstOrDefault(target => target.Name == name)
        ?? throw new HeaderReadException(HeaderError.Malformed, $"unknown target '{name}'; known: {string.Join(", ", All.Select(t => t.Name))}");
}
