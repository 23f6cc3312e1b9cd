using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Xen.Sys.Generator.Inputs;

/// <summary>Types that the user declares. One in a generated namespace that is not partial replaces the generated one.</summary>
internal static class UserType
{
    /// <summary>Whether a node can be such a type.</summary>
    public static bool IsCandidate(SyntaxNode node) =>
        node is BaseTypeDeclarationSyntax { Parent: BaseNamespaceDeclarationSyntax } type
        && !type.Modifiers.Any(SyntaxKind.PartialKeyword);

    /// <summary>Its full name.</summary>
    public static string FullName(SyntaxNode node)
    {
        var type = (BaseTypeDeclarationSyntax)node;
        string space = string.Join(".", type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse()
            .Select(static scope => scope.Name.ToString()));
        return space + "." + type.Identifier.ValueText;
    }
}
