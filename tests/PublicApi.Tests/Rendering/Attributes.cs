using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace PublicApi.Tests.Rendering;

/// <summary>The attributes that users of an API meet.</summary>
internal static class Attributes
{
    private static readonly string[] Shown =
    [
        "Obsolete", "Experimental", "Flags", "SupportedOSPlatform", "UnsupportedOSPlatform", "InlineArray",
        "NotNullWhen", "MaybeNullWhen", "NotNull", "MaybeNull", "AllowNull", "DisallowNull",
    ];

    internal static string Of(IEnumerable<CustomAttributeData> attributes) => string.Concat(attributes
        .Select(data => (Name: data.AttributeType.Name.Replace("Attribute", "", StringComparison.Ordinal), Data: data))
        .Where(attribute => Shown.Contains(attribute.Name) && !IsCompilersOwn(attribute.Data))
        .Select(attribute => $"[{attribute.Name}{Arguments(attribute.Data)}] ")
        .Order(StringComparer.Ordinal));

    // What older compilers must not use is marked obsolete; the declaration says the same in its own words.
    private static bool IsCompilersOwn(CustomAttributeData data) =>
        data.ConstructorArguments is [{ Value: string text }, ..]
        && (text.StartsWith("Types with embedded references", StringComparison.Ordinal)
            || text.StartsWith("Constructors of types with required members", StringComparison.Ordinal));

    private static string Arguments(CustomAttributeData data) => data.ConstructorArguments.Count == 0
        ? ""
        : $"({string.Join(", ", data.ConstructorArguments.Select(argument => Values.Of(argument.Value)))})";
}
