using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xen.Abi.Model;
using Xen.Headers;

namespace Xen.Abi.Cli.Catalog;

/// <summary>All metadata at hand: what the tool carries, and the files that the user names.</summary>
internal sealed class Metadata
{
    private const string ResourcePrefix = "abi/";

    private static readonly Lazy<IReadOnlyList<Release>> Carried = new(static () =>
    [
        .. typeof(Metadata).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .AsParallel()
            .Select(ReadResource),
    ]);

    private Metadata(IReadOnlyList<Release> releases) => Releases = releases;

    /// <summary>The user's files first, since they count more; then Xen's releases, newest first; then the others.</summary>
    public IReadOnlyList<Release> Releases { get; }

    /// <summary>The newest release of Xen.</summary>
    public Release NewestXen => Releases.First(static release => release.IsXen);

    /// <summary>Reads the metadata that the tool carries, and these files.</summary>
    /// <exception cref="HeaderReadException">A file does not follow the format.</exception>
    public static Metadata Load(IReadOnlyList<string> files)
    {
        Release[] own = [.. files.Select(ReadFile)];
        return new Metadata(
        [
            .. own,
            .. Carried.Value.Where(release => Array.TrueForAll(own, other => other.FullName != release.FullName))
                .OrderByDescending(static release => release.IsXen)
                .ThenBy(static release => release.Model.Source, StringComparer.Ordinal)
                .ThenByDescending(static release => release.Model.Release, ReleaseOrder.Instance),
        ]);
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="HeaderReadException">It does not follow the format.</exception>
    public static Release ReadFile(string path) => Read(File.ReadAllText(path), path);

    private static Release ReadResource(string name)
    {
        using var reader = new StreamReader(typeof(Metadata).Assembly.GetManifestResourceStream(name)!);
        return Read(reader.ReadToEnd(), name);
    }

    private static Release Read(string text, string origin)
    {
        try
        {
            return new Release(AbiTextReader.Read(text), origin);
        }
        catch (AbiFormatException error)
        {
            throw new HeaderReadException([new HeaderError(HeaderError.Malformed, origin, error.Line, 0, error.Reason)]);
        }
    }
}
