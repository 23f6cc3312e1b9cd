using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repo.Tests;

/// <summary>Looks for the <c>// SAFETY:</c> line that explains a use.</summary>
/// <remarks>
/// The line is directly above what it explains: no blank line between, attributes and doc comments allowed. It has at
/// least three words.
/// </remarks>
internal static class SafetyComment
{
    private const string Mark = "// SAFETY: ";
    private const int FewestWords = 3;

    internal static bool Explains(UnsafeUse use)
    {
        if (use.Reach == SafetyReach.Statement)
            return IsAbove(use.Node);

        var node = use.Node;
        while (node is not (MemberDeclarationSyntax or CompilationUnitSyntax))
        {
            if (IsAbove(node))
                return true;
            node = node.Parent!;
        }

        return IsAboveDeclaration(node) || (use.Reach == SafetyReach.Type && IsAboveDeclaration(node.Parent));
    }

    private static bool IsAbove(SyntaxNode node) => IsReason(node.GetFirstToken());

    // Its own line, or one between its attributes, doc comment and modifiers.
    private static bool IsAboveDeclaration(SyntaxNode? node)
    {
        if (node is not MemberDeclarationSyntax member || node is BaseNamespaceDeclarationSyntax)
            return false;
        var attributesEnd = member.AttributeLists.Select(list => list.Span.End).DefaultIfEmpty(node.SpanStart).Last();
        var firstAfter = node.DescendantTokens().First(token => token.SpanStart >= attributesEnd);
        var last = member.Modifiers.Append(firstAfter).Max(token => token.SpanStart);
        return node.DescendantTokens().TakeWhile(token => token.SpanStart <= last).Any(IsReason);
    }

    private static bool IsReason(SyntaxToken token)
    {
        var found = false;
        var atLineStart = false;
        foreach (var trivia in token.LeadingTrivia)
        {
            switch (trivia.Kind())
            {
                case SyntaxKind.WhitespaceTrivia:
                    continue;
                case SyntaxKind.EndOfLineTrivia when atLineStart:
                    found = false;
                    continue;
                case SyntaxKind.SingleLineCommentTrivia:
                    found |= IsReason(trivia.ToString());
                    break;
            }

            // A doc comment and a directive bring their line end with them.
            atLineStart = trivia.IsKind(SyntaxKind.EndOfLineTrivia) || trivia.HasStructure;
        }

        return found;
    }

    private static bool IsReason(string comment) =>
        comment.StartsWith(Mark, StringComparison.Ordinal)
        && comment[Mark.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length >= FewestWords;
}
