using System;
using System.Globalization;

namespace PublicApi.Tests.Rendering;

/// <summary>Constants as C# writes them.</summary>
internal static class Values
{
    internal static string Of(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + '"',
        char letter => $"'{letter}'",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"a constant of type {value.GetType()}"),
    };
}
