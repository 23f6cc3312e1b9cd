using System.Collections.Generic;
using Xen.Abi.Cli.Catalog;
using Xen.Headers;

namespace Xen.Abi.Cli.Checking;

/// <summary>What a compiler confirmed of a release on a target.</summary>
/// <param name="Scope">Release and target.</param>
/// <param name="Compiler">The compiler.</param>
/// <param name="Said">What was checked, and what could not be.</param>
/// <param name="Failures">What it did not confirm.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record CheckResult(
    Scope Scope, CCompiler Compiler, AssertionSet Said, IReadOnlyList<HeaderError> Failures, long Milliseconds)
{
    /// <summary>How many assertions the compiler has seen.</summary>
    public int Assertions => Said.Assertions.Count + Said.Bits.Count;
}
