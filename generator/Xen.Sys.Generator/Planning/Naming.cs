using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Sys.Generator.Planning;

/// <summary>How C names become C# names.</summary>
internal static class Naming
{
    /// <summary>The type that stands for <c>XEN_GUEST_HANDLE</c>.</summary>
    public const string GuestHandle = "XenGuestHandle";

    /// <summary>The part of the namespace that stands for a release.</summary>
    public static string ReleasePart(string release) => "V" + release.Replace('.', '_');

    /// <summary>The part of the namespace that stands for a target.</summary>
    public static string TargetPart(string target) => target == "aarch64" ? "Arm64" : "X86_64";

    /// <summary>The name of a record; nested ones join their path with underscores.</summary>
    public static string TypeName(string name)
    {
        string joined = name.Replace(".@", "_anonymous").Replace('.', '_');
        return SyntaxFacts.GetContextualKeywordKind(joined) == SyntaxKind.None ? Identifier(joined) : "@" + joined;
    }

    /// <summary>Escapes keywords.</summary>
    public static string Identifier(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>Whether a C# type is a guest handle.</summary>
    public static bool IsGuestHandle(string type) => type.IndexOf("." + GuestHandle + "<", System.StringComparison.Ordinal) >= 0;

    /// <summary>A number as text.</summary>
    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
