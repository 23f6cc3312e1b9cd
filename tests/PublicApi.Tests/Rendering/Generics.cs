using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace PublicApi.Tests.Rendering;

/// <summary>Type parameters and what is asked of them.</summary>
internal static class Generics
{
    internal static string List(Type[] parameters) => parameters.Length == 0
        ? ""
        : $"<{string.Join(", ", parameters.Select(parameter => Variance(parameter) + parameter.Name))}>";

    internal static string Constraints(Type[] parameters, TypeText types) => string.Concat(parameters
        .Select(parameter => (parameter.Name, Asked: string.Join(", ", Asked(parameter, types))))
        .Where(parameter => parameter.Asked.Length != 0)
        .Select(parameter => $" where {parameter.Name} : {parameter.Asked}"));

    private static string Variance(Type parameter) =>
        (parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };

    private static IEnumerable<string> Asked(Type parameter, TypeText types)
    {
        var flags = parameter.GenericParameterAttributes;
        var isValue = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        var attributes = parameter.GetCustomAttributesData();
        if (attributes.Any(data => data.AttributeType.Name == "IsUnmanagedAttribute"))
            yield return "unmanaged";
        else if (isValue)
            yield return "struct";
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            yield return Nullable(attributes) == 2 ? "class?" : "class";
        else if (Nullable(attributes) == 1 && parameter.GetGenericParameterConstraints().Length == 0)
            yield return "notnull";

        foreach (var type in parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)))
            yield return types.Of(type);
        if (!isValue && flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            yield return "new()";
        if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike))
            yield return "allows ref struct";
    }

    // 1: may not be null; 2: may be.
    private static byte? Nullable(IEnumerable<CustomAttributeData> attributes) => (byte?)attributes
        .FirstOrDefault(data => data.AttributeType.Name == "NullableAttribute")?.ConstructorArguments[0].Value;
}
