using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Xen.Headers.Refresh;

/// <summary>The file <c>headers/manifest</c>: where the headers come from and what becomes of them.</summary>
/// <param name="Comments">The lines at its start, kept as they are.</param>
/// <param name="Packages">The packages.</param>
internal sealed record Manifest(IReadOnlyList<string> Comments, IReadOnlyList<ManifestPackage> Packages)
{
    /// <summary>Reads the manifest.</summary>
    /// <exception cref="HeaderReadException">A line is not understood.</exception>
    public static Manifest Load(string path)
    {
        string[] lines = File.ReadAllLines(path);
        var packages = new List<ManifestPackage>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#')
                continue;
            string[] words = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["package", var package] && package.Split('/') is [var suite, var name])
                packages.Add(new ManifestPackage(suite, name));
            else if (packages.Count > 0 && Apply(packages[^1], words) is { } changed)
                packages[^1] = changed;
            else
                throw new HeaderReadException([new HeaderError(HeaderError.Malformed, path, i + 1, 0, $"'{lines[i]}' is not understood")]);
        }

        return new Manifest([.. lines.TakeWhile(static line => line.StartsWith('#'))], packages);
    }

    /// <summary>The manifest as text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (string comment in Comments)
            text.Append(comment).Append('\n');
        foreach (ManifestPackage package in Packages)
        {
            text.Append("\npackage ").Append(package.Id).Append('\n');
            Line("version", package.Version);
            Line("sha256", package.Sha256);
            Line("abi", package.Source + " " + package.Release);
            Line("targets", string.Join(' ', package.Targets));
            Line("keep", package.Keep);
            foreach (string shims in package.Shims)
                Line("shims", shims);
            foreach (string needs in package.Needs)
                Line("needs", needs);
            foreach ((string header, string sum) in package.Headers)
                Line("header", header + " " + sum);
        }

        return text.ToString();

        void Line(string key, string value)
        {
            if (value.Length > 0)
                text.Append("  ").Append(key).Append(' ').Append(value).Append('\n');
        }
    }

    private static ManifestPackage? Apply(ManifestPackage package, string[] words) => words switch
    {
        ["version", var version] => package with { Version = version },
        ["sha256", var sum] => package with { Sha256 = sum },
        ["abi", var source, var release] => package with { Source = source, Release = release },
        ["targets", .. var targets] => package with { Targets = targets },
        ["keep", var folder] => package with { Keep = folder },
        ["shims", var folder] => package with { Shims = [.. package.Shims, folder] },
        ["needs", var other] => package with { Needs = [.. package.Needs, other] },
        ["header", var header, var sum] => package with { Headers = [.. package.Headers, new(header, sum)] },
        _ => null,
    };
}
