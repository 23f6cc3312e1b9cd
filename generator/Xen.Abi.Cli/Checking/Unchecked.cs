using Xen.Abi.Model;

namespace Xen.Abi.Cli.Checking;

/// <summary>Something that the metadata says and no compiler can confirm.</summary>
/// <param name="Item">The declaration.</param>
/// <param name="Member">The member of it.</param>
/// <param name="Limit">Why.</param>
internal sealed record Unchecked(AbiItem Item, string Member, Limit Limit);

/// <summary>Why something cannot be checked.</summary>
/// <param name="Text">The reason.</param>
/// <param name="IsAccepted">Whether this is the nature of C; anything else fails the check.</param>
internal sealed record Limit(string Text, bool IsAccepted)
{
    /// <summary>A bit-field has no size and no type that could be asked for; its bits are checked.</summary>
    public static Limit BitFieldType { get; } = new("declared type of a bit-field: C has no expression for it; its bits are checked", true);

    /// <summary>A type that no header defines.</summary>
    public static Limit Undefined { get; } = new("type that the metadata does not declare", false);
}
