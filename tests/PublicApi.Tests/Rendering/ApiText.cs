using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace PublicApi.Tests.Rendering;

/// <summary>The public API of an assembly as text: its types by name, with their members.</summary>
/// <remarks>
/// What Xen.Sys.Generator generated is left out, and so is what the compiler adds to a record: the word says it.
/// </remarks>
internal static class ApiText
{
    internal static string Of(Assembly assembly) => Of(assembly.GetExportedTypes());

    internal static string Of(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (var type in types.Where(type => !IsGenerated(type)).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(Header(type)).Append('\n');
            if (!type.IsSubclassOf(typeof(Delegate)))
                text.AppendJoin("", new MemberText(type).All().Select(member => $"    {member}\n"));
        }

        return text.ToString();
    }

    private static bool IsGenerated(Type? type) =>
        type is not null
        && (MemberText.IsGenerated(type) || new MemberText(type).IsOnlyGenerated() || IsGenerated(type.DeclaringType));

    private static string Header(Type type)
    {
        var types = new TypeText(type.Namespace ?? "");
        var own = type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];
        var scope = type.DeclaringType is { } outer ? outer.FullName!.Replace('+', '.') + "." : type.Namespace + ".";
        var head = $"{Attributes.Of(type.GetCustomAttributesData())}{Access(type)}{Kind(type)} ";
        var name = head + scope + TypeText.NameOf(type) + Generics.List(own);
        if (type.IsSubclassOf(typeof(Delegate)))
            return name + new MemberText(type).Delegate() + Generics.Constraints(own, types);

        var bases = Bases(type).Select(types.Of).ToList();
        return name
            + (bases.Count == 0 ? "" : " : " + string.Join(", ", bases))
            + Generics.Constraints(own, types);
    }

    private static string Access(Type type) => type.IsNestedFamily || type.IsNestedFamORAssem ? "protected " : "public ";

    private static string Kind(Type type)
    {
        if (type.IsInterface)
            return "interface";
        if (type.IsEnum)
            return "enum";
        if (type.IsSubclassOf(typeof(Delegate)))
            return "delegate";
        if (type.IsValueType)
        {
            var isReadOnly = type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false);
            return (isReadOnly ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + Record(type, "PrintMembers") + "struct";
        }

        var life = type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        return life + Record(type, "<Clone>$") + "class";
    }

    // A record is known by what the compiler puts into it.
    private static string Record(Type type, string made) =>
        type.GetMethod(made, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is null ? "" : "record ";

    // The base class, and the interfaces that neither it nor another interface brings.
    private static IEnumerable<Type> Bases(Type type)
    {
        if (type.IsEnum)
            return [Enum.GetUnderlyingType(type)];
        var all = type.GetInterfaces();
        var brought = all.SelectMany(one => one.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        var own = all.Except(brought).Where(one => one.IsVisible).OrderBy(one => one.ToString(), StringComparer.Ordinal);
        var isPlain = type.BaseType is null || type.BaseType == typeof(object) || type.BaseType == typeof(ValueType);
        return isPlain ? own : own.Prepend(type.BaseType!);
    }
}
