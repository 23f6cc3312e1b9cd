using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PublicApi.Tests.Rendering;

/// <summary>Members as C# declares them, one line each.</summary>
internal sealed class MemberText(Type owner)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly TypeText _types = new(owner.Namespace ?? "");

    /// <summary>Fields, constructors, properties, events, methods: each sort by name; the members of an enum by value.</summary>
    internal IEnumerable<string> All() => owner.IsEnum
        ? owner.GetFields(Declared).Where(field => field.IsLiteral)
            .OrderBy(field => Convert.ToDecimal(field.GetRawConstantValue(), CultureInfo.InvariantCulture))
            .ThenBy(field => field.Name, StringComparer.Ordinal)
            .Select(Field)
        : Sorted(owner.GetFields(Declared).Where(field => IsSeen(field) && !field.IsSpecialName), Field)
            .Concat(Sorted(owner.GetConstructors(Declared).Where(IsSeen), Constructor))
            .Concat(Sorted(owner.GetProperties(Declared).Where(property => Accessors(property).Any()), Property))
            .Concat(Sorted(owner.GetEvents(Declared).Where(@event => IsSeen(@event.AddMethod!)), Event))
            .Concat(Sorted(owner.GetMethods(Declared).Where(IsOrdinary), Method));

    /// <summary>Whether all that a type has for users is generated: its own declaration says nothing then.</summary>
    internal bool IsOnlyGenerated() => owner.GetMembers(Declared).Any(IsGenerated) && !All().Any();

    /// <summary>The invocation of a delegate type.</summary>
    internal string Delegate()
    {
        var invoke = owner.GetMethod("Invoke")!;
        return $"({Parameters(invoke)}) -> {ReturnKind(invoke)}{_types.Of(invoke.ReturnParameter)}";
    }

    internal static bool IsGenerated(MemberInfo member) => member.GetCustomAttributesData().Any(data =>
        data.AttributeType.Name == "GeneratedCodeAttribute"
        && (string?)data.ConstructorArguments[0].Value == "Xen.Sys.Generator");

    private static IEnumerable<string> Sorted<T>(IEnumerable<T> members, Func<T, string> write)
        where T : MemberInfo => members
        .Select(member => (member.Name, Line: write(member)))
        .OrderBy(member => member.Name, StringComparer.Ordinal)
        .ThenBy(member => member.Line, StringComparer.Ordinal)
        .Select(member => member.Line);

    private static bool IsOrdinary(MethodInfo method) =>
        IsSeen(method)
        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !Has(method, nameof(CompilerGeneratedAttribute))
        && method.Name != "Finalize";

    private static bool IsSeen(MethodBase method) =>
        (method.IsPublic || (IsProtected(method.Attributes) && !method.DeclaringType!.IsSealed)) && !IsGenerated(method);

    private static bool IsSeen(FieldInfo field) => !IsGenerated(field)
        && (field.IsPublic || ((field.IsFamily || field.IsFamilyOrAssembly) && !field.DeclaringType!.IsSealed));

    private static bool IsProtected(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Family or MethodAttributes.FamORAssem;

    // What the compiler makes for a record has no accessor that people wrote.
    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) =>
        IsGenerated(property) || property.Name == "EqualityContract"
            ? []
            : property.GetAccessors(nonPublic: true).Where(IsSeen);

    private static bool Has(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Any(data => data.AttributeType.Name == attribute);

    private string Field(FieldInfo field)
    {
        if (owner.IsEnum)
            return $"{field.Name} = {Values.Of(field.GetRawConstantValue())}";
        var access = field.IsPublic ? "public" : "protected";
        if (field.IsLiteral)
            return $"{access} const {_types.Of(field)} {field.Name} = {Values.Of(field.GetRawConstantValue())}";
        var kind = (field.IsStatic ? " static" : "")
            + (field.IsInitOnly ? " readonly" : "")
            + (Has(field, nameof(RequiredMemberAttribute)) ? " required" : "");
        return $"{access}{kind} {_types.Of(field)} {field.Name}";
    }

    private string Constructor(ConstructorInfo constructor) =>
        $"{Attributes.Of(constructor.GetCustomAttributesData())}{Access(constructor)} {TypeText.NameOf(owner)}({Parameters(constructor)})";

    private string Property(PropertyInfo property)
    {
        var accessors = Accessors(property).ToList();
        var loudest = accessors.MaxBy(accessor => accessor.IsPublic ? 1 : 0)!;
        var body = accessors.OrderBy(accessor => accessor != property.GetMethod).Select(accessor =>
            (Access(accessor) == Access(loudest) ? "" : Access(accessor) + " ")
            + (accessor == property.GetMethod ? "get;" : IsInit(accessor) ? "init;" : "set;"));
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        var required = Has(property, nameof(RequiredMemberAttribute)) ? "required " : "";
        var returned = property.GetMethod is { } get ? ReturnKind(get) : "";
        return $"{Attributes.Of(property.GetCustomAttributesData())}{Modifiers(loudest)}{required}{returned}{_types.Of(property)} {name} "
            + $"{{ {string.Join(' ', body)} }}";
    }

    private string Event(EventInfo @event) =>
        $"{Attributes.Of(@event.GetCustomAttributesData())}{Modifiers(@event.AddMethod!)}event {_types.Of(@event)} {@event.Name}";

    private string Method(MethodInfo method)
    {
        var generics = method.GetGenericArguments();
        var returned = ReturnKind(method) + _types.Of(method.ReturnParameter);
        var name = method.Name switch
        {
            "op_Implicit" => "implicit operator " + returned,
            "op_Explicit" => "explicit operator " + returned,
            _ when method.IsSpecialName => $"{returned} operator {method.Name["op_".Length..]}",
            _ => $"{returned} {method.Name}",
        };
        return $"{Attributes.Of(method.GetCustomAttributesData())}{Modifiers(method)}{name}{Generics.List(generics)}({Parameters(method)})"
            + Generics.Constraints(generics, _types);
    }

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private string Modifiers(MethodInfo method)
    {
        var text = owner.IsInterface ? "" : Access(method) + " ";
        if (method.IsStatic)
            text += "static ";
        if (method.IsAbstract && (!owner.IsInterface || method.IsStatic))
            text += "abstract ";
        else if (method.IsVirtual && !method.IsAbstract && !method.IsFinal && method.GetBaseDefinition() == method)
            text += "virtual ";
        if (method.GetBaseDefinition() != method)
            text += method.IsFinal ? "sealed override " : "override ";
        var isOnlyReader = Has(method, nameof(IsReadOnlyAttribute)) && !Has(owner, nameof(IsReadOnlyAttribute));
        return owner.IsValueType && !method.IsStatic && isOnlyReader ? text + "readonly " : text;
    }

    private static string ReturnKind(MethodInfo method) => !method.ReturnType.IsByRef ? ""
        : method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(InAttribute)) ? "ref readonly "
        : "ref ";

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return extension + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private string Parameter(ParameterInfo parameter)
    {
        var attributes = parameter.GetCustomAttributesData().Select(data => data.AttributeType.Name).ToHashSet();
        var kind = attributes.Contains("ScopedRefAttribute") ? "scoped " : "";
        if (attributes.Contains(nameof(ParamArrayAttribute)) || attributes.Contains("ParamCollectionAttribute"))
            kind += "params ";
        if (parameter.ParameterType.IsByRef)
        {
            kind += parameter.IsOut ? "out "
                : attributes.Contains("RequiresLocationAttribute") ? "ref readonly "
                : parameter.IsIn ? "in "
                : "ref ";
        }

        var value = parameter.HasDefaultValue ? " = " + Default(parameter) : "";
        return $"{Attributes.Of(parameter.GetCustomAttributesData())}{kind}{_types.Of(parameter)} {parameter.Name}{value}";
    }

    private string Default(ParameterInfo parameter)
    {
        var value = parameter.RawDefaultValue;
        if (value is null)
            return parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
                ? "default"
                : "null";
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type.IsEnum
            ? $"{_types.Of(type)}.{Enum.GetName(type, value) ?? Convert.ToString(value, CultureInfo.InvariantCulture)}"
            : Values.Of(value);
    }
}
