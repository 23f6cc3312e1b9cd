using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>A constant of one target: from a macro or an enumerator.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Header">The header.</param>
/// <param name="Line">The line in it.</param>
/// <param name="Type">Its integer type; null for a string.</param>
/// <param name="Value">Its value in decimal, or the text.</param>
internal sealed record AbiValue(string Name, string Header, int Line, AbiType? Type, string Value)
{
    /// <summary>Whether two constants say the same, wherever they stand.</summary>
    public bool Agrees(AbiValue other) => Value == other.Value && Equals(Type, other.Type);
}
