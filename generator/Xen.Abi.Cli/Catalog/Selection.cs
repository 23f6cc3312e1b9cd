using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Abi.Cli.Catalog;

/// <summary>The releases and targets that a command is about.</summary>
internal sealed class Selection
{
    private readonly Metadata _metadata;
    private readonly IReadOnlyList<Release> _xen;
    private readonly IReadOnlyList<string> _targets;
    private readonly Dictionary<(string Release, string Target, string Xen), Scope> _scopes = [];

    /// <summary>Selects.</summary>
    /// <param name="metadata">What there is.</param>
    /// <param name="xen">Releases of Xen by name, or <c>all</c>; none for the newest.</param>
    /// <param name="targets">Targets by any of their names, or <c>all</c>; none for all.</param>
    /// <exception cref="UnknownNameException">There is no such release or target.</exception>
    public Selection(Metadata metadata, IReadOnlyList<string> xen, IReadOnlyList<string> targets)
    {
        _metadata = metadata;
        _xen = xen.Count == 0 ? [metadata.NewestXen]
            : xen.Contains(Architectures.All) ? [.. metadata.Releases.Where(static release => release.IsXen)]
            : [.. xen.Select(FindRelease).Distinct()];
        IReadOnlyList<string> known = Architectures.Of(metadata.Releases);
        AnyTarget = targets.Count == 0;
        _targets = AnyTarget || targets.Contains(Architectures.All)
            ? known
            : [.. targets.Select(Architectures.Canonical).Distinct(StringComparer.Ordinal)];
        foreach (string target in _targets.Except(known, StringComparer.Ordinal))
            throw new UnknownNameException("target", target, known);
    }

    /// <summary>Whether no target was named.</summary>
    public bool AnyTarget { get; }

    /// <summary>Whether there is one release of Xen and one target; if none was named, the first that declares the name.</summary>
    public bool IsSingle => _xen.Count == 1 && (AnyTarget || _targets.Count == 1);

    /// <summary>The selected releases, those of other sources included.</summary>
    public IEnumerable<Release> Releases => _metadata.Releases.Where(release => !release.IsXen || _xen.Contains(release));

    /// <summary>The selected targets.</summary>
    public IReadOnlyList<string> Targets => _targets;

    /// <summary>Every selected release on every selected target that it has.</summary>
    public IEnumerable<Scope> Scopes =>
        from release in Releases
        from target in _targets
        where release.Has(target)
        select ScopeOf(release, target, release.IsXen ? release : _xen[0]);

    /// <summary>
    /// Where a name is declared: on each selected target, in each selected release of Xen, or else in the other sources.
    /// </summary>
    public IReadOnlyList<Scope> Find(string name)
    {
        var found = new List<Scope>();
        foreach (Release xen in _xen)
        {
            Release[] others = [.. _metadata.Releases.Where(release => !release.IsXen || release == xen)];
            foreach (string target in _targets)
            {
                if (others.Where(release => release.Has(target)).Select(release => ScopeOf(release, target, xen))
                    .FirstOrDefault(scope => scope.Find(name).Count > 0) is { } scope && !found.Exists(other => Same(other, scope)))
                {
                    found.Add(scope);
                }
            }
        }

        return found;
    }

    /// <summary>The names that a wrong one may mean.</summary>
    public UnknownNameException Unknown(string name) =>
        new("name", name, Scopes.SelectMany(static scope => scope.Names).Distinct(StringComparer.Ordinal));

    private static bool Same(Scope left, Scope right) => left.Release == right.Release && left.Target == right.Target;

    private Release FindRelease(string name) =>
        _metadata.Releases.FirstOrDefault(release => release.IsXen && release.IsCalled(name))
        ?? throw new UnknownNameException(
            "release of Xen", name, _metadata.Releases.Where(static release => release.IsXen).Select(static release => release.Name));

    private Scope ScopeOf(Release release, string target, Release xen)
    {
        var key = (release.FullName, target, xen.FullName);
        if (_scopes.TryGetValue(key, out Scope? scope))
            return scope;
        Scope? outer = release == xen || !xen.Has(target) ? null : ScopeOf(xen, target, xen);
        return _scopes[key] = new Scope(release, target, outer);
    }
}
