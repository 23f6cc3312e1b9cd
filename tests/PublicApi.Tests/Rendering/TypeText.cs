using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace PublicApi.Tests.Rendering;

/// <summary>Types as C# writes them: keywords, tuples with their names, pointers, question marks.</summary>
/// <remarks>
/// The namespaces of the base library that everybody knows are left out, and that of the type that is described.
/// </remarks>
internal sealed class TypeText(string home)
{
    private static readonly string[] Known =
        ["System", "System.Collections.Generic", "System.Threading", "System.Threading.Tasks", "System.IO"];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(char)] = "char",
        [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint",
        [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
        [typeof(string)] = "string", [typeof(object)] = "object", [typeof(void)] = "void",
    };

    internal string Of(Type type) => Write(type, Annotations.None);

    internal string Of(ParameterInfo parameter) => Write(parameter.ParameterType, Annotations.Of(parameter));

    internal string Of(PropertyInfo property) => Write(property.PropertyType, Annotations.Of(property));

    internal string Of(FieldInfo field) => Write(field.FieldType, Annotations.Of(field));

    internal string Of(EventInfo @event) => Write(@event.EventHandlerType!, Annotations.Of(@event));

    /// <summary>The name of a type without what it is made of: <c>List</c>.</summary>
    internal static string NameOf(Type type) => type.Name.Split('`')[0];

    private string Write(Type type, Annotations notes)
    {
        if (type.IsByRef)
            return Write(type.GetElementType()!, notes);
        if (type.IsPointer)
            return Write(type.GetElementType()!, notes) + "*";
        if (type.IsFunctionPointer)
            return WriteFunction(type);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Write(value, notes) + "?";

        var mark = (!type.IsValueType || type.IsGenericType) && notes.NextIsNullable() ? "?" : "";
        if (type.IsArray)
            return Write(type.GetElementType()!, notes) + "[" + new string(',', type.GetArrayRank() - 1) + "]" + mark;
        if (type.IsGenericParameter)
            return type.Name + mark;
        if (IsTuple(type))
            return WriteTuple(type.GetGenericArguments(), notes);
        return (Keywords.TryGetValue(type, out var keyword) ? keyword : WriteNamed(type, notes)) + mark;
    }

    private static bool IsTuple(Type type) => type.IsGenericType
        && type.GetGenericTypeDefinition().FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);

    private string WriteNamed(Type type, Annotations notes)
    {
        var arguments = type.GetGenericArguments();
        var outer = type.DeclaringType;
        var taken = outer?.GetGenericArguments().Length ?? 0;
        var prefix = outer is not null
            ? WriteNamed(taken == 0 ? outer : outer.MakeGenericType(arguments[..taken]), notes) + "."
            : type.Namespace is null || type.Namespace == home || Known.Contains(type.Namespace) ? "" : type.Namespace + ".";
        var own = arguments[taken..].Select(argument => Write(argument, notes)).ToList();
        return prefix + NameOf(type) + (own.Count == 0 ? "" : $"<{string.Join(", ", own)}>");
    }

    // A tuple's own names come first, then those of the tuples in it.
    private string WriteTuple(Type[] elements, Annotations notes)
    {
        var names = elements.Select(_ => notes.NextName()).ToList();
        var types = elements.Select(element => Write(element, notes)).ToList();
        return $"({string.Join(", ", types.Zip(names, (type, name) => name is null ? type : $"{type} {name}"))})";
    }

    private string WriteFunction(Type type) =>
        $"delegate*{(type.IsUnmanagedFunctionPointer ? " unmanaged" : "")}<"
        + string.Join(", ", type.GetFunctionPointerParameterTypes().Append(type.GetFunctionPointerReturnType()).Select(Of))
        + ">";
}
