using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PublicApi.Tests.Rendering;

/// <summary>What the compiler notes beside a type: question marks and names of tuple elements, in the order of the type.</summary>
/// <remarks>
/// The framework's <c>NullabilityInfoContext</c> does not tell <c>T</c> from <c>T?</c> where T may be anything, so the
/// attributes are read: one byte per reference, type parameter and generic type, or one for all, or the one of the
/// scope around.
/// </remarks>
internal sealed class Annotations
{
    private const byte Nullable = 2;

    private readonly byte[] _flags;
    private readonly Queue<string?> _names;
    private int _next;

    private Annotations(byte[] flags, IEnumerable<string?> names)
    {
        _flags = flags;
        _names = new Queue<string?>(names);
    }

    internal static Annotations None => new([0], []);

    internal static Annotations Of(ParameterInfo parameter) =>
        new(Flags(parameter.GetCustomAttributesData()) ?? Around(parameter.Member), Names(parameter.GetCustomAttributesData()));

    internal static Annotations Of(MemberInfo member) =>
        new(Flags(member.GetCustomAttributesData()) ?? Around(member.DeclaringType), Names(member.GetCustomAttributesData()));

    /// <summary>Takes the note of the next place that has one.</summary>
    internal bool NextIsNullable()
    {
        var flag = _flags.Length == 1 ? _flags[0] : _flags[_next];
        _next++;
        return flag == Nullable;
    }

    internal string? NextName() => _names.Count != 0 ? _names.Dequeue() : null;

    private static byte[]? Flags(IEnumerable<CustomAttributeData> attributes)
    {
        var note = attributes.FirstOrDefault(data => data.AttributeType.Name == "NullableAttribute");
        return note?.ConstructorArguments[0].Value switch
        {
            null => null,
            byte one => [one],
            var many => [.. ((IEnumerable<CustomAttributeTypedArgument>)many).Select(flag => (byte)flag.Value!)],
        };
    }

    private static byte[] Around(MemberInfo? scope)
    {
        for (; scope is not null; scope = scope.DeclaringType)
        {
            var note = scope.GetCustomAttributesData()
                .FirstOrDefault(data => data.AttributeType.Name == "NullableContextAttribute");
            if (note is not null)
                return [(byte)note.ConstructorArguments[0].Value!];
        }

        return [0];
    }

    private static IEnumerable<string?> Names(IEnumerable<CustomAttributeData> attributes) => attributes
        .Where(data => data.AttributeType == typeof(TupleElementNamesAttribute))
        .SelectMany(data => (IEnumerable<CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!)
        .Select(name => (string?)name.Value);
}
