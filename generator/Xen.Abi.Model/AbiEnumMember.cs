namespace Xen.Abi.Model;

/// <summary>One enumerator.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Value">Its value in decimal.</param>
internal sealed record AbiEnumMember(string Name, string Value);
