namespace Xen.Testing.Decoding;

/// <summary>What a hypercall's argument registers lead to.</summary>
/// <param name="Layout">The structure; null for a text.</param>
/// <param name="Register">Which argument has its address, from 0.</param>
/// <param name="CountRegister">Which argument has the number of structures; null for one.</param>
internal sealed record HypercallShape(StructureLayout? Layout, int Register = 1, int? CountRegister = null);
