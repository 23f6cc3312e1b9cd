using System.Collections.Generic;
using Xen.Sys.Generator.Planning;

namespace Xen.Sys.Generator.Emission;

/// <summary>Writes array types.</summary>
internal static class ArrayEmitter
{
    /// <summary>Writes an array type, with those of its elements nested in it.</summary>
    public static void Emit(CodeWriter code, InlineArrayPlan array, IEnumerable<InlineArrayPlan> inner, string access, string attribute)
    {
        code.Summary(array.Summary);
        if (attribute.Length > 0)
            code.Line(attribute);
        code.Line("[global::System.Runtime.CompilerServices.InlineArray(" + Naming.Text(array.Length) + ")]");
        code.Line(access + " partial struct " + array.Name);
        code.Open();
        code.Line("private " + array.ElementType + " _element0;");
        code.Line();
        code.Summary("The elements.");
        code.Line("[global::System.Diagnostics.CodeAnalysis.UnscopedRef]");
        code.Line("public global::System.Span<" + array.ElementType + "> AsSpan() =>");
        code.Line("    global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref _element0, " + Naming.Text(array.Length) + ");");
        foreach (InlineArrayPlan nested in inner)
        {
            code.Line();
            Emit(code, nested, [], "public", attribute: "");
        }

        code.Close();
    }
}
