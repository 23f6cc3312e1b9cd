using System.Linq;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>A structure or union, with everything resolved to C#.</summary>
/// <param name="HintName">The file.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The C# name.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Pack">The C alignment: no field may align to more.</param>
/// <param name="Filler">The C# type of a hidden member that gives the type its alignment, if no other member does; else null.</param>
/// <param name="Members">Its members.</param>
/// <param name="Arrays">The array types nested in it.</param>
internal sealed record StructPlan(
    string HintName,
    string Namespace,
    string Name,
    string Summary,
    int Size,
    int Pack,
    string? Filler,
    EquatableArray<MemberPlan> Members,
    EquatableArray<InlineArrayPlan> Arrays) : FilePlan(HintName, Namespace)
{
    /// <summary>The name of the hidden member.</summary>
    public const string FillerName = "_alignment";

    /// <summary>Whether any member or element is a guest handle.</summary>
    public bool UsesGuestHandles => Members.Any(static member => IsHandle(member))
        || Arrays.Any(static array => Naming.IsGuestHandle(array.ElementType));

    private static bool IsHandle(MemberPlan member) => member switch
    {
        FieldPlan plain => Naming.IsGuestHandle(plain.Type),
        FlexibleArrayPlan { ElementType: { } element } => Naming.IsGuestHandle(element),
        _ => false,
    };
}
