using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>An enumeration.</summary>
/// <param name="HintName">The file.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The C# name.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="Type">The C# type that stores it.</param>
/// <param name="Members">Its enumerators.</param>
internal sealed record EnumPlan(
    string HintName,
    string Namespace,
    string Name,
    string Summary,
    string Type,
    EquatableArray<AbiEnumMember> Members) : FilePlan(HintName, Namespace);
