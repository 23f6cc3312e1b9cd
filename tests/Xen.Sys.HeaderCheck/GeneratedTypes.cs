using System;
using System.CodeDom.Compiler;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Xen.Sys.HeaderCheck;

/// <summary>What the generator has put into Xen.Sys, found by reflection.</summary>
internal static class GeneratedTypes
{
    private const string Generator = "Xen.Sys.Generator";

    /// <summary>Every generated structure and enumeration, with the array types nested in them.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(ioreq).Assembly.GetTypes().Where(type =>
            type.IsValueType && !type.IsGenericTypeDefinition && (IsGenerated(type) || IsNested(type))),
    ];

    /// <summary>Whether a type belongs to a release and a target: the common ones, and those of the target's own namespace.</summary>
    public static bool Has(CScope scope, Type type) => type.Namespace == scope.Namespace || type.Namespace == scope.TargetNamespace;

    /// <summary>The structures, enumerations and array typedefs of a scope.</summary>
    public static IEnumerable<Type> Of(CScope scope) => All.Where(type => !type.IsNested && Has(scope, type));

    /// <summary>The constants of a scope.</summary>
    public static IEnumerable<FieldInfo> Constants(CScope scope) => typeof(ioreq).Assembly.GetTypes()
        .Where(type => type.Name == "XenAbi" && Has(scope, type))
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
        .Where(field => field.IsLiteral && field.GetCustomAttribute<GeneratedCodeAttribute>()?.Tool == Generator);

    /// <summary>The length of an inline array; zero for other types.</summary>
    public static int ArrayLength(Type type) =>
        type.GetCustomAttribute<System.Runtime.CompilerServices.InlineArrayAttribute>()?.Length ?? 0;

    private static bool IsGenerated(Type type) => type.GetCustomAttribute<GeneratedCodeAttribute>()?.Tool == Generator;

    private static bool IsNested(Type type) => type.DeclaringType is { } outer && IsGenerated(outer) && ArrayLength(type) > 0;
}
