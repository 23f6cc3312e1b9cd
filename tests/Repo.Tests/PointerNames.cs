using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repo.Tests;

/// <summary>What the syntax of a set of files says about names: which are pointers, which are native functions.</summary>
/// <remarks>
/// Syntax knows no types, so names are compared: fields and properties over all files, locals and parameters within
/// theirs. The names are asked for in unsafe code only; a namesake there is counted too, which is the strict side.
/// </remarks>
internal sealed class PointerNames
{
    private readonly HashSet<string> _members = [];
    private readonly Dictionary<SyntaxTree, HashSet<string>> _locals = [];
    private readonly HashSet<(string Type, string Name)> _imports = [];

    internal PointerNames(IEnumerable<SyntaxTree> trees)
    {
        foreach (var tree in trees)
        {
            var locals = _locals[tree] = [];
            foreach (var node in tree.GetRoot().DescendantNodes())
                Collect(node, locals);
        }
    }

    /// <summary>Whether an expression is a pointer: a name of one, a cast to one, or arithmetic on one.</summary>
    internal bool IsPointer(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => IsPointer(inner.Expression),
        CastExpressionSyntax cast => IsPointerType(cast.Type),
        BinaryExpressionSyntax sum when IsSum(sum) => IsPointer(sum.Left) || IsPointer(sum.Right),
        MemberAccessExpressionSyntax access => _members.Contains(access.Name.Identifier.ValueText),
        IdentifierNameSyntax name => _members.Contains(name.Identifier.ValueText)
            || _locals[name.SyntaxTree].Contains(name.Identifier.ValueText),
        _ => false,
    };

    /// <summary>Whether a call goes to a native function that takes addresses.</summary>
    internal bool IsNative(ExpressionSyntax callee) => callee switch
    {
        MemberAccessExpressionSyntax { Expression: SimpleNameSyntax type } access =>
            _imports.Contains((type.Identifier.ValueText, access.Name.Identifier.ValueText)),
        MemberAccessExpressionSyntax { Expression: MemberAccessExpressionSyntax type } access =>
            _imports.Contains((type.Name.Identifier.ValueText, access.Name.Identifier.ValueText)),
        IdentifierNameSyntax name => name.Ancestors().OfType<TypeDeclarationSyntax>()
            .Any(type => _imports.Contains((type.Identifier.ValueText, name.Identifier.ValueText))),
        _ => false,
    };

    internal static bool IsSum(BinaryExpressionSyntax binary) =>
        binary.Kind() is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression;

    private static bool IsPointerType(TypeSyntax? type) => type is PointerTypeSyntax or FunctionPointerTypeSyntax;

    private void Collect(SyntaxNode node, HashSet<string> locals)
    {
        switch (node)
        {
            case VariableDeclarationSyntax declaration:
                foreach (var variable in declaration.Variables)
                {
                    if (IsPointerType(declaration.Type) || IsPointerValue(declaration.Type, variable.Initializer?.Value))
                        (node.Parent is FieldDeclarationSyntax ? _members : locals).Add(variable.Identifier.ValueText);
                }

                break;
            case ParameterSyntax parameter when IsPointerType(parameter.Type):
                locals.Add(parameter.Identifier.ValueText);
                break;
            case PropertyDeclarationSyntax property when IsPointerType(property.Type):
                _members.Add(property.Identifier.ValueText);
                break;
            case MethodDeclarationSyntax { Parent: TypeDeclarationSyntax type } method when IsImport(method):
                if (method.ParameterList.Parameters.Any(TakesAddress))
                    _imports.Add((type.Identifier.ValueText, method.Identifier.ValueText));
                break;
        }
    }

    // "var" of what can only be a pointer.
    private static bool IsPointerValue(TypeSyntax type, ExpressionSyntax? value) => type.IsVar && value switch
    {
        CastExpressionSyntax cast => IsPointerType(cast.Type),
        PrefixUnaryExpressionSyntax prefix => prefix.IsKind(SyntaxKind.AddressOfExpression),
        StackAllocArrayCreationExpressionSyntax => true,
        _ => false,
    };

    private static bool IsImport(MethodDeclarationSyntax method) => method.AttributeLists
        .SelectMany(list => list.Attributes)
        .Select(attribute => attribute.Name.ToString().Split('.').Last())
        .Any(name => name is "DllImport" or "LibraryImport" or "DllImportAttribute" or "LibraryImportAttribute");

    private static bool TakesAddress(ParameterSyntax parameter) =>
        IsPointerType(parameter.Type)
        || parameter.Modifiers.Any(modifier =>
            modifier.Kind() is SyntaxKind.RefKeyword or SyntaxKind.OutKeyword or SyntaxKind.InKeyword)
        || parameter.Type?.ToString() is "nint" or "IntPtr";
}
