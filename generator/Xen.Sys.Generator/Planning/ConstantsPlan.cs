using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>The constants of one header.</summary>
/// <param name="HintName">The file.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Class">The class that holds them.</param>
/// <param name="Constants">The constants.</param>
internal sealed record ConstantsPlan(
    string HintName,
    string Namespace,
    string Class,
    EquatableArray<ConstantPlan> Constants) : FilePlan(HintName, Namespace);
