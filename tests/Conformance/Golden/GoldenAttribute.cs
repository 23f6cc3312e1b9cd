using System;

namespace Conformance.Golden;

/// <summary>Claims lines of the golden table for a rule, which is to look at each.</summary>
/// <param name="ids">The lines.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GoldenAttribute(params string[] ids) : Attribute
{
    public string[] Ids { get; } = ids;
}
