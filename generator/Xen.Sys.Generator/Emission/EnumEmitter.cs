using Xen.Abi.Model;
using Xen.Sys.Generator.Planning;

namespace Xen.Sys.Generator.Emission;

/// <summary>Writes enumerations, whose members keep their C names.</summary>
internal static class EnumEmitter
{
    /// <summary>Writes the type.</summary>
    public static void Emit(CodeWriter code, EnumPlan plan, string access, string attribute)
    {
        code.Summary(plan.Summary);
        code.Line(attribute);
        code.Line(access + " enum " + plan.Name + " : " + plan.Type);
        code.Open();
        foreach (AbiEnumMember member in plan.Members)
        {
            code.Summary(member.Value + ".");
            code.Line(MemberName(member.Name) + " = " + member.Value + ",");
        }

        code.Close();
    }

    /// <summary>The name of the field that holds the value of every enumeration is taken.</summary>
    private static string MemberName(string name) => name == "value__" ? name + "_" : Naming.Identifier(name);
}
