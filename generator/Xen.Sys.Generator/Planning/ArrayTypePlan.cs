using System.Linq;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>A typedef of an array: an array type in its own file.</summary>
/// <param name="HintName">The file.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Array">The array.</param>
/// <param name="Inner">The array types nested in it, for more than one dimension.</param>
internal sealed record ArrayTypePlan(
    string HintName,
    string Namespace,
    InlineArrayPlan Array,
    EquatableArray<InlineArrayPlan> Inner) : FilePlan(HintName, Namespace)
{
    /// <summary>Whether any element is a guest handle.</summary>
    public bool UsesGuestHandles =>
        Naming.IsGuestHandle(Array.ElementType) || Inner.Any(static array => Naming.IsGuestHandle(array.ElementType));
}
