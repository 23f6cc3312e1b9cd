using Microsoft.CodeAnalysis;

namespace Repo.Tests;

/// <summary>How far above a use its <c>// SAFETY:</c> line may stand.</summary>
internal enum SafetyReach
{
    /// <summary>Directly above the statement.</summary>
    Statement,

    /// <summary>Above the statement, one around it, or the member.</summary>
    Member,

    /// <summary>Above the statement, one around it, the member, or the type that directly holds the member.</summary>
    Type,
}

/// <summary>A place where the compiler no longer guards memory.</summary>
/// <param name="Node">The place.</param>
/// <param name="What">What is done there, for people.</param>
/// <param name="Reach">Where the reason may stand.</param>
internal sealed record UnsafeUse(SyntaxNode Node, string What, SafetyReach Reach)
{
    /// <summary>The line of the place, from 1.</summary>
    internal int Line => Node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
