using System.Collections.Generic;
using Xen.Abi.Model;

namespace Xen.Headers.Reading;

/// <summary>What was read.</summary>
/// <param name="Model">The ABI.</param>
/// <param name="Files">The full path of every file that the compiler read.</param>
/// <param name="MacrosWithoutValue">Object-like macros that are no constant on some target.</param>
internal sealed record HeaderReading(AbiModel Model, IReadOnlyList<string> Files, IReadOnlyList<string> MacrosWithoutValue);
