using System;
using System.Collections.Generic;
using System.Globalization;
using Xen.Sys.Generator.Planning;

namespace Xen.Sys.Generator.Emission;

/// <summary>Writes structures and unions; a union is one whose members share offset zero.</summary>
internal static class StructEmitter
{
    /// <summary>Writes the type.</summary>
    public static void Emit(CodeWriter code, StructPlan plan, string access, string attribute)
    {
        code.Summary(plan.Summary);
        code.Line(attribute);
        code.Line("[global::System.Runtime.InteropServices.StructLayout(global::System.Runtime.InteropServices.LayoutKind.Explicit, Size = "
            + Naming.Text(plan.Size) + ", Pack = " + Naming.Text(plan.Pack) + ")]");
        code.Line(access + " unsafe partial struct " + plan.Name);
        code.Open();
        var units = new HashSet<string>(StringComparer.Ordinal);
        bool first = plan.Filler is null;
        if (plan.Filler is not null)
        {
            code.Line(FieldOffset(0));
            code.Line("private " + plan.Filler + " " + StructPlan.FillerName + ";");
        }

        foreach (MemberPlan member in plan.Members)
        {
            if (!first)
                code.Line();
            first = false;
            EmitMember(code, plan, member, units);
        }

        foreach (InlineArrayPlan array in plan.Arrays)
        {
            code.Line();
            ArrayEmitter.Emit(code, array, [], "public", attribute: "");
        }

        code.Close();
    }

    private static void EmitMember(CodeWriter code, StructPlan owner, MemberPlan member, HashSet<string> units)
    {
        switch (member)
        {
            case FieldPlan field:
                code.Summary(field.Summary);
                code.Line(FieldOffset(field.Offset));
                code.Line("public " + field.Type + " " + field.Name + ";");
                break;
            case FlexibleArrayPlan flexible:
                EmitFlexibleArray(code, owner, flexible);
                break;
            case BitFieldPlan bits:
                if (units.Add(bits.Storage))
                {
                    code.Line(FieldOffset(bits.StorageOffset));
                    code.Line("private " + bits.StorageType + " " + bits.Storage + ";");
                    code.Line();
                }

                EmitBitField(code, bits);
                break;
        }
    }

    private static void EmitFlexibleArray(CodeWriter code, StructPlan owner, FlexibleArrayPlan array)
    {
        string name = array.Name.Substring(0, array.Name.Length - "_offset".Length);
        code.Summary("Offset in bytes of " + name + ": " + array.Summary + ".");
        code.Line("public const int " + array.Name + " = " + Naming.Text(array.Offset) + ";");
        if (array.ElementType is null)
            return;
        code.Line();
        code.Summary("The elements of " + name + ", behind the structure: it must stand in memory that has them, as many as the length says.");
        code.Line("public static global::System.Span<" + array.ElementType + "> " + name + "_span(" + owner.Name + "* self, int length) =>");
        code.Line("    new((byte*)self + " + array.Name + ", length);");
    }

    private static void EmitBitField(CodeWriter code, BitFieldPlan bits)
    {
        string shift = Naming.Text(bits.Shift);
        string mask = "0x" + (ulong.MaxValue >> (64 - bits.Width)).ToString("x", CultureInfo.InvariantCulture) + "UL";
        string get = bits.IsSigned
            ? "((long)((ulong)" + bits.Storage + " << " + Naming.Text(64 - bits.Shift - bits.Width) + ") >> "
                + Naming.Text(64 - bits.Width) + ")"
            : "(((ulong)" + bits.Storage + " >> " + shift + ") & " + mask + ")";
        code.Summary(bits.Summary);
        code.Line("public " + bits.Type + " " + bits.Name);
        code.Open();
        code.Line("readonly get => unchecked((" + bits.Type + ")" + get + ");");
        code.Line("set => " + bits.Storage + " = unchecked((" + bits.StorageType + ")(((ulong)" + bits.Storage + " & ~("
            + mask + " << " + shift + ")) | (((ulong)value & " + mask + ") << " + shift + ")));");
        code.Close();
    }

    private static string FieldOffset(int offset) =>
        "[global::System.Runtime.InteropServices.FieldOffset(" + Naming.Text(offset) + ")]";
}
