namespace Xen.Sys.Generator.Planning;

/// <summary>A bit-field: a property over some bits of a storage unit.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="Type">The C# type of the property.</param>
/// <param name="IsSigned">Whether the highest bit is a sign.</param>
/// <param name="StorageOffset">Offset in bytes of the unit.</param>
/// <param name="StorageType">The C# type of the unit.</param>
/// <param name="Shift">The lowest bit in the unit.</param>
/// <param name="Width">The number of bits.</param>
internal sealed record BitFieldPlan(
    string Name,
    string Summary,
    string Type,
    bool IsSigned,
    int StorageOffset,
    string StorageType,
    int Shift,
    int Width) : MemberPlan(Name, Summary)
{
    private const string StoragePrefix = "_bits";

    /// <summary>The name of the unit's field, shared by all bit-fields in it.</summary>
    public string Storage => StoragePrefix + Naming.Text(StorageOffset) + "_" + StorageType;

    /// <summary>Whether a member that is called like this could meet a unit.</summary>
    public static bool IsStorageName(string name) =>
        name.StartsWith(StoragePrefix, System.StringComparison.Ordinal) && !name.EndsWith("_", System.StringComparison.Ordinal);
}
