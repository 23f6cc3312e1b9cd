using System;
using System.IO;
using System.Linq;
using Xen.Headers;

namespace Xen.Abi.Cli;

/// <summary>The standard input, if there is one.</summary>
/// <remarks>Where it is closed, the runtime's own pipe takes its number, and reading would wait for ever.</remarks>
internal static class StandardInput
{
    private const string Numbers = "/proc/self/fd";

    /// <summary>Opens it.</summary>
    /// <exception cref="HeaderReadException">It is closed.</exception>
    public static Stream Open() => OperatingSystem.IsLinux() && IsPipeToOneself()
        ? throw new HeaderReadException(HeaderError.BadInput, "the standard input is closed: name a file, or give the bytes through a pipe")
        : Console.OpenStandardInput();

    private static bool IsPipeToOneself()
    {
        string? input = Target($"{Numbers}/0");
        return input is not null && input.Contains("pipe:", StringComparison.Ordinal)
            && Directory.EnumerateFileSystemEntries(Numbers).Any(number => Target(number) == input && IsForWriting(number));
    }

    private static string? Target(string number) => new FileInfo(number).LinkTarget;

    private static bool IsForWriting(string number)
    {
        const int AccessMode = 3;
        string? flags = File.ReadLines($"/proc/self/fdinfo/{Path.GetFileName(number)}")
            .FirstOrDefault(static line => line.StartsWith("flags:", StringComparison.Ordinal));
        return flags is not null && (Convert.ToInt32(flags[6..].Trim(), 8) & AccessMode) != 0;
    }
}
