using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Sys.Generator;

/// <summary>How C names become C# names.</summary>
internal static class Naming
{
    /// <summary>The namespace of what is equal on all targets.</summary>
    public const string RootNamespace = "Xen.Sys";

    /// <summary>The class that holds the constants, once per namespace.</summary>
    public const string ConstantsClass = "XenAbi";

    /// <summary>The targets that are generated; metadata may have more.</summary>
    public static string[] EmittedTargets { get; } = ["x86_64", "aarch64"];

    /// <summary>The namespace of what one target has alone or in its own form; null is the common one.</summary>
    public static string Namespace(string? target) => target switch
    {
        null => RootNamespace,
        "x86_64" => RootNamespace + ".X86_64",
        "aarch64" => RootNamespace + ".Arm64",
        _ => RootNamespace + "." + target,
    };

    /// <summary>The name of a record; nested ones join their path with underscores.</summary>
    public static string TypeName(string name)
    {
        string joined = name.Replace(".@", "_anonymous").Replace('.', '_');
        return SyntaxFacts.GetContextualKeywordKind(joined) == SyntaxKind.None ? Identifier(joined) : "@" + joined;
    }

    /// <summary>Escapes keywords.</summary>
    public static string Identifier(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>A number as text.</summary>
    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
