using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>The chips of a host.</summary>
/// <param name="root">Where its file system begins.</param>
/// <param name="kernel">Opens their files.</param>
internal sealed class GpioHost(string root, IGpioKernel kernel)
{
    private const string Prefix = "gpiochip";

    private readonly GpioCalls _calls = new(kernel);

    /// <summary>This one.</summary>
    public static GpioHost Linux { get; } = new("/", new GpioKernel());

    /// <summary>The calls.</summary>
    public GpioCalls Calls => _calls;

    /// <summary>Finds a chip, and opens it.</summary>
    /// <param name="chip">As a user names it.</param>
    /// <param name="info">What it is.</param>
    /// <param name="path">Its file.</param>
    /// <exception cref="IOException">There is none such, or several.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not open it.</exception>
    public SafeFileHandle Open(string chip, out GpioAbi.ChipInfo info, out string path)
    {
        path = PathOf(chip);
        try
        {
            var file = kernel.Open(path);
            var result = _calls.GetChipInfo(file, out info);
            if (result >= 0)
                return file;
            file.Dispose();
            throw new IOException($"{path} is no GPIO chip: {Marshal.GetPInvokeErrorMessage(-result)}");
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException(
                $"no permission to open {path}: run as root, or give this user the group of the file", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"there is no GPIO chip {path}. {Describe(List())}", error);
        }
    }

    private string PathOf(string chip)
    {
        if (chip.StartsWith('/'))
            return Path.Combine(root, chip[1..]);
        if (chip.StartsWith(Prefix, StringComparison.Ordinal) && IsNumber(chip[Prefix.Length..]))
            return Path.Combine(root, "dev", chip);
        if (IsNumber(chip))
            return Path.Combine(root, "dev", Prefix + chip);

        var chips = List();
        var labelled = chips.FindAll(found => found.Label == chip);
        return labelled.Count switch
        {
            1 => labelled[0].Path,
            0 => throw new IOException($"no GPIO chip is called '{chip}'. {Describe(chips)}"),
            _ => throw new IOException(
                $"{labelled.Count} GPIO chips are called '{chip}': give the number of one. {Describe(labelled)}"),
        };
    }

    private List<(string Path, string Label)> List()
    {
        string[] paths;
        try
        {
            paths = Directory.GetFileSystemEntries(Path.Combine(root, "dev"), Prefix + "*");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            paths = [];
        }

        return
        [
            .. paths.Where(path => IsNumber(Path.GetFileName(path)[Prefix.Length..]))
                .OrderBy(path => int.Parse(Path.GetFileName(path)[Prefix.Length..], CultureInfo.InvariantCulture))
                .Select(path => (path, LabelOf(path))),
        ];
    }

    private string LabelOf(string path)
    {
        try
        {
            using var file = kernel.Open(path);
            return _calls.GetChipInfo(file, out var info) >= 0 ? GpioCalls.TextOf(info.Label) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Describe(List<(string Path, string Label)> chips) => chips.Count == 0
        ? "This host has no GPIO chip: load its driver (ls /dev/gpiochip* shows what there is)"
        : "This host has " + string.Join(
            ", ", chips.Select(chip => chip.Label.Length == 0 ? chip.Path : $"{chip.Path} ({chip.Label})"));

    private static bool IsNumber(string text) =>
        text.Length is > 0 and < 6 && text.All(char.IsAsciiDigit);
}
