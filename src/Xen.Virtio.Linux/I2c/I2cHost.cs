using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Xen.Virtio.Linux.I2c;

/// <summary>The adapters of a host, as its files show them.</summary>
/// <param name="root">Where its file system begins.</param>
/// <param name="open">Opens the file of an adapter.</param>
internal sealed class I2cHost(string root, Func<string, II2cDevice> open)
{
    private const string Prefix = "i2c-";

    // Kernels lose the first, which is there for old programs; all have the second.
    private static readonly string[] s_folders = ["sys/class/i2c-adapter", "sys/bus/i2c/devices"];

    /// <summary>This one.</summary>
    public static I2cHost Linux { get; } = new("/", path => new I2cDeviceFile(path));

    /// <summary>Finds an adapter.</summary>
    /// <param name="adapter">As a user names it.</param>
    /// <exception cref="IOException">There is none such, or several.</exception>
    public I2cAdapter Find(string adapter)
    {
        var adapters = List();
        var number = NumberOf(adapter);
        if (number is not null)
            return adapters.Find(a => a.Number == number) ?? new I2cAdapter(number.Value, "", PathOf(number.Value));
        if (adapter.StartsWith('/'))
            throw new IOException($"{adapter} is no I2C adapter: those are /dev/i2c-N. {Describe(adapters)}");

        var named = adapters.FindAll(a => a.Name == adapter);
        return named.Count switch
        {
            1 => named[0],
            0 => throw new IOException($"no I2C adapter is called '{adapter}'. {Describe(adapters)}"),
            _ => throw new IOException(
                $"{named.Count} I2C adapters are called '{adapter}': give the number of one. {Describe(named)}"),
        };
    }

    /// <summary>Opens an adapter.</summary>
    /// <param name="adapter">Which.</param>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public II2cDevice Open(I2cAdapter adapter)
    {
        try
        {
            return open(adapter.Path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException(
                $"no permission to open {adapter.Path}: run as root, or give this user the group of the file"
                + " (Debian: i2c)", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException(Missing(adapter), e);
        }
        catch (IOException e)
        {
            throw new IOException($"cannot open {adapter.Path}: {e.Message}", e);
        }
    }

    private List<I2cAdapter> List() =>
    [
        .. s_folders.SelectMany(Entries)
            .DistinctBy(entry => entry.Number)
            .OrderBy(entry => entry.Number)
            .Select(entry => new I2cAdapter(entry.Number, NameIn(entry.Folder), PathOf(entry.Number))),
    ];

    private IEnumerable<(int Number, string Folder)> Entries(string folder)
    {
        string[] entries;
        try
        {
            entries = Directory.GetFileSystemEntries(Path.Combine(root, folder), Prefix + "*");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            entries = [];
        }

        foreach (var entry in entries)
        {
            // Chips are among them, such as i2c-ACPI0001:00.
            if (Number(Path.GetFileName(entry)[Prefix.Length..]) is { } number)
                yield return (number, entry);
        }
    }

    private string Missing(I2cAdapter adapter)
    {
        var adapters = List();
        return adapters.Exists(a => a.Number == adapter.Number)
            ? $"{adapter.Path} is not there, but the adapter is: load the module i2c-dev (modprobe i2c-dev)"
            : $"there is no I2C adapter {adapter.Number}. {Describe(adapters)}";
    }

    private static string NameIn(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "name")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Describe(List<I2cAdapter> adapters) => adapters.Count == 0
        ? "This host has no I2C adapter: load its driver (ls /sys/bus/i2c/devices shows what there is)"
        : "This host has " + string.Join(
            ", ", adapters.Select(a => a.Name.Length == 0 ? $"{a.Number}" : $"{a.Number} ({a.Name})"));

    private int? NumberOf(string adapter)
    {
        if (!adapter.StartsWith('/'))
            return Number(adapter.StartsWith(Prefix, StringComparison.Ordinal) ? adapter[Prefix.Length..] : adapter);
        var file = Path.Combine(root, adapter[1..]);
        var target = LinkTarget(file) ?? file;
        var name = Path.GetFileName(target);
        var number = name.StartsWith(Prefix, StringComparison.Ordinal) ? Number(name[Prefix.Length..]) : null;
        return number is not null && target == PathOf(number.Value) ? number : null;
    }

    // Hosts with many adapters give them better names, by links.
    private static string? LinkTarget(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string PathOf(int number) =>
        Path.Combine(root, "dev", string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"));
}
