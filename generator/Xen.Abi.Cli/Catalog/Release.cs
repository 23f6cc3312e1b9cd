using System;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Catalog;

/// <summary>One metadata file. Compared by identity: to compare the contents would take long.</summary>
/// <param name="model">What it says.</param>
/// <param name="origin">Where it was read from.</param>
internal sealed class Release(AbiModel model, string origin)
{
    private const string Hypervisor = "xen";

    /// <summary>What it says.</summary>
    public AbiModel Model => model;

    /// <summary>Where it was read from.</summary>
    public string Origin => origin;

    /// <summary>Whether it describes Xen itself, whose releases <c>--xen</c> chooses from.</summary>
    public bool IsXen => Model.Source == Hypervisor;

    /// <summary>Its name in the output: a Xen release by its number (<c>4.20</c>), others with their source (<c>linux-6.12</c>).</summary>
    public string Name => IsXen ? Model.Release : FullName;

    /// <summary>Source and release: <c>xen-4.20</c>.</summary>
    public string FullName => Model.Source + "-" + Model.Release;

    /// <summary>Whether the user may mean this one.</summary>
    public bool IsCalled(string name) =>
        string.Equals(name, Name, StringComparison.OrdinalIgnoreCase) || string.Equals(name, FullName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it describes a target.</summary>
    public bool Has(string target) => Model.Targets.Contains(target, StringComparer.Ordinal);
}
