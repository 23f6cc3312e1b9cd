using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repo.Tests;

/// <summary>Finds what needs a reason in C# sources, by their syntax: text in strings and comments is not looked at.</summary>
/// <remarks>
/// The modifier <c>unsafe</c> only permits, so it is what is done under it that needs the reason: a type with pointers
/// in its signatures and nothing more needs none.
/// </remarks>
internal static class UnsafeCode
{
    private static readonly string[] Intrinsics =
        ["Unsafe", "NativeMemory", "MemoryMarshal", "CollectionsMarshal", "Marshal", "GCHandle"];

    internal static IEnumerable<UnsafeUse> Find(IReadOnlyCollection<SyntaxTree> trees)
    {
        var names = new PointerNames(trees);
        return trees.SelectMany(tree => tree.GetRoot().DescendantNodes())
            .Select(node => Classify(node, names))
            .OfType<UnsafeUse>();
    }

    private static UnsafeUse? Classify(SyntaxNode node, PointerNames names)
    {
        switch (node)
        {
            case UnsafeStatementSyntax:
                return new UnsafeUse(node, "an unsafe block", SafetyReach.Statement);
            case FixedStatementSyntax:
                return node.Parent is FixedStatementSyntax
                    ? null
                    : new UnsafeUse(node, "a fixed statement", SafetyReach.Statement);
            case UsingDirectiveSyntax directive when HidesIntrinsic(directive):
                return new UnsafeUse(node, "a using that hides " + directive.NamespaceOrType, SafetyReach.Statement);
            case MemberAccessExpressionSyntax access when Intrinsic(access) is { } name:
                return new UnsafeUse(node, name, SafetyReach.Member);
            case MethodDeclarationSyntax method when IsNativeEntry(method):
                return new UnsafeUse(node, "an entry from native code", SafetyReach.Member);
            case InvocationExpressionSyntax call when names.IsNative(call.Expression):
                return new UnsafeUse(node, "a native call that takes an address", SafetyReach.Type);
            default:
                return IsUnsafeContext(node) && PointerUse(node, names) is { } what
                    ? new UnsafeUse(node, what, SafetyReach.Type)
                    : null;
        }
    }

    private static string? PointerUse(SyntaxNode node, PointerNames names) => node switch
    {
        PrefixUnaryExpressionSyntax prefix => prefix.Kind() switch
        {
            SyntaxKind.PointerIndirectionExpression => "a pointer is followed",
            SyntaxKind.AddressOfExpression => "an address is taken",
            SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression when names.IsPointer(prefix.Operand) =>
                "pointer arithmetic",
            _ => null,
        },
        MemberAccessExpressionSyntax access when access.IsKind(SyntaxKind.PointerMemberAccessExpression) =>
            "a pointer is followed",
        ElementAccessExpressionSyntax element when names.IsPointer(element.Expression) => "a pointer is indexed",
        PostfixUnaryExpressionSyntax postfix when names.IsPointer(postfix.Operand)
            && !postfix.IsKind(SyntaxKind.SuppressNullableWarningExpression) => "pointer arithmetic",
        BinaryExpressionSyntax sum when PointerNames.IsSum(sum) && names.IsPointer(sum) => "pointer arithmetic",
        AssignmentExpressionSyntax change when names.IsPointer(change.Left)
            && change.Kind() is SyntaxKind.AddAssignmentExpression or SyntaxKind.SubtractAssignmentExpression =>
            "pointer arithmetic",
        InvocationExpressionSyntax call when names.IsPointer(call.Expression) => "a function pointer is called",
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [var first, _] } creation
            when IsSpan(creation) || (creation is ImplicitObjectCreationExpressionSyntax && names.IsPointer(first.Expression)) =>
            "a span is made of a pointer",
        _ => null,
    };

    // The only constructor of a span with two parameters takes a pointer.
    private static bool IsSpan(BaseObjectCreationExpressionSyntax creation) =>
        creation is ObjectCreationExpressionSyntax { Type: GenericNameSyntax { Identifier.ValueText: "Span" or "ReadOnlySpan" } };

    private static string? Intrinsic(MemberAccessExpressionSyntax access)
    {
        var member = access.Name.Identifier.ValueText;
        if (member == "DangerousGetHandle")
            return member;
        var type = access.Expression switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            MemberAccessExpressionSyntax qualified => qualified.Name.Identifier.ValueText,
            _ => "",
        };
        var trusted = type switch
        {
            "Unsafe" => member != "SizeOf",
            "NativeMemory" or "CollectionsMarshal" => true,
            "MemoryMarshal" => member is "Cast" or "AsRef" or "AsMemory"
                || member.StartsWith("Create", StringComparison.Ordinal)
                || member.EndsWith("Reference", StringComparison.Ordinal),
            "Marshal" => member is "Copy" or "StructureToPtr" or "DestroyStructure" or "GetDelegateForFunctionPointer"
                || member.StartsWith("PtrTo", StringComparison.Ordinal)
                || member.StartsWith("Free", StringComparison.Ordinal)
                || member.StartsWith("Read", StringComparison.Ordinal)
                || member.StartsWith("Write", StringComparison.Ordinal),
            "GCHandle" => member == "FromIntPtr",
            _ => false,
        };
        return trusted ? type + "." + member : null;
    }

    private static bool HidesIntrinsic(UsingDirectiveSyntax directive) =>
        (directive.Alias is not null || directive.StaticKeyword.IsKind(SyntaxKind.StaticKeyword))
        && Intrinsics.Contains(directive.NamespaceOrType.ToString().Split('.').Last());

    private static bool IsNativeEntry(MethodDeclarationSyntax method) => method.AttributeLists
        .SelectMany(list => list.Attributes)
        .Any(attribute => attribute.Name.ToString().Contains("UnmanagedCallersOnly", StringComparison.Ordinal));

    private static bool IsUnsafeContext(SyntaxNode node) => node.Ancestors().Any(ancestor => ancestor switch
    {
        UnsafeStatementSyntax => true,
        MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.UnsafeKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.UnsafeKeyword),
        _ => false,
    });
}
