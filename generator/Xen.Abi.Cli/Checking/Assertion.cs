using System.Globalization;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Checking;

/// <summary>Something that the metadata says and a compiler can confirm.</summary>
/// <param name="Item">The declaration.</param>
/// <param name="Member">The member of it; empty for the declaration itself.</param>
/// <param name="What">What is said about it: <c>size</c>, <c>offset</c>.</param>
/// <param name="Expression">A constant expression in C.</param>
/// <param name="Expected">Its value.</param>
/// <param name="Meaning">What the value means, where it is only true or false.</param>
internal sealed record Assertion(AbiItem Item, string Member, string What, string Expression, string Expected, string? Meaning = null)
{
    private const string True = "1";

    /// <summary>An assertion that an expression is true.</summary>
    public static Assertion Holds(AbiItem item, string member, string what, string condition, string meaning) =>
        new(item, member, what, condition, True, meaning);

    /// <summary>The assertion in C.</summary>
    public string ToC() => $"_Static_assert(({Expression}) == {Literal(Expected)}, \"\");";

    /// <summary>A decimal number as C writes it.</summary>
    public static string Literal(string value) =>
        value == long.MinValue.ToString(CultureInfo.InvariantCulture) ? $"(-{long.MaxValue}LL - 1)"
        : value.StartsWith('-') ? value + "LL"
        : value + "ULL";
}
