using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>
/// A namespace for the names of one set of metadata: the main one, or that of a release which was asked for by its
/// number. What such a release has in the same form as the main metadata, and nobody asked for by name, is the main one's.
/// </summary>
/// <param name="index">The metadata.</param>
/// <param name="space">The namespace of what is equal on all targets.</param>
/// <param name="main">The main scope; null if this is it.</param>
internal sealed class Scope(AbiIndex index, string space, Scope? main)
{
    /// <summary>The metadata.</summary>
    public AbiIndex Index { get; } = index;

    /// <summary>The main scope; null if this is it.</summary>
    public Scope? Main { get; } = main;

    /// <summary>What is generated here.</summary>
    public Selection Selection { get; } = new();

    /// <summary>The namespace of what one target has alone or in its own form; null is the common one.</summary>
    public string Namespace(TargetIndex? target) => target is null ? space : space + "." + Naming.TargetPart(target.Target);

    /// <summary>Whether a type that is held by value, but not asked for, comes from the main scope.</summary>
    public bool IsOfMain(AbiType type) => Main is not null && !IsPartOfSelected(type) && Main.Index.HasSame(Index, type);

    /// <summary>The full name of a record.</summary>
    public string Record(string name, TargetIndex target) => Selection.Records.Contains(name) || Main is null
        ? FullName(name, Index.IsCommonRecord(name), target)
        : Main.Record(name, target);

    /// <summary>The full name of a typedef of an array.</summary>
    public string ArrayTypedef(string name, TargetIndex target) => Selection.Arrays.Contains(name) || Main is null
        ? FullName(name, Index.IsCommonTypedef(name), target)
        : Main.ArrayTypedef(name, target);

    /// <summary>The full name of an enumeration.</summary>
    public string Enum(string name, TargetIndex target) => Selection.Enums.Contains(name) || Main is null
        ? FullName(name, Index.IsCommonEnum(name), target)
        : Main.Enum(name, target);

    /// <summary>The full name of the guest handle type, of which there is one for all scopes.</summary>
    public string GuestHandle => Main?.GuestHandle ?? "global::" + space + "." + Naming.GuestHandle;

    private string FullName(string name, bool common, TargetIndex target) =>
        "global::" + Namespace(common ? null : target) + "." + Naming.TypeName(name);

    /// <summary>A nested record stays with its parent.</summary>
    private bool IsPartOfSelected(AbiType type)
    {
        int dot = type.IsRecord ? type.Name.IndexOf('.') : -1;
        return dot > 0 && Selection.Records.Contains(type.Name.Substring(0, dot));
    }
}
