using System;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using Xen.Headers.Tests;

namespace Xen.Sys.HeaderCheck;

/// <summary>Compares what C# lays out with what gcc does: two compilers, neither of which made the metadata.</summary>
public class LayoutTests
{
    public static TheoryData<string> Scopes => [.. CScope.All.Select(scope => scope.ToString())];

    public LayoutTests() => HeaderCache.Require();

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Size_alignment_and_members_of_every_type_are_those_of_C(string name)
    {
        CScope scope = Find(name);
        var names = new CNames(scope);
        using var program = new CProgram(scope);
        foreach (Type type in GeneratedTypes.Of(scope))
            Check(program, names.Of(type), type);
        program.Holds();
        Assert.InRange(program.Lines, scope.IsMain ? 4000 : 1000, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void No_member_of_C_is_missing(string name)
    {
        CScope scope = Find(name);
        var names = new CNames(scope);
        foreach (Type type in GeneratedTypes.Of(scope))
        {
            if (names.Record(type) is not { } record)
                continue;
            var members = type.GetMembers().Select(member => CNames.Field(type, member.Name)).ToHashSet();
            using var program = new CProgram(scope);
            foreach (string field in record.Fields.Select(field => field.Name).Where(field => field.Length > 0))
            {
                if (!members.Contains(field) && !members.Contains(field + "_offset"))
                    program.Assert($"sizeof((({names.Of(type)} *)0)->{field}) == 0", $"{type.Name}.{field}");
            }

            if (program.Lines > 0)
                program.Holds();
        }
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Constants_have_the_value_and_type_of_C(string name)
    {
        CScope scope = Find(name);
        using var program = new CProgram(scope);
        foreach (FieldInfo constant in GeneratedTypes.Constants(scope))
            CheckConstant(program, constant);
        program.Holds();
        Assert.InRange(program.Lines, scope.IsMain ? 1500 : 300, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void A_wrong_number_is_found(string name)
    {
        CScope scope = Find(name);
        using var program = new CProgram(scope);
        program.Assert("sizeof(struct ioreq) == 32", "right");
        program.Assert("sizeof(struct ioreq) == 33", "wrong size");
        program.Assert("__builtin_offsetof(struct ioreq, vp_eport) == 28", "wrong offset");
        program.Assert("(DOMID_SELF) == 1", "wrong value");
        string[] errors = [.. program.Errors()];
        Assert.Equal(["wrong size", "wrong offset", "wrong value"], errors.Select(error => error.Split('"')[1]));
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void A_wrong_type_is_found(string name)
    {
        using var program = new CProgram(Find(name));
        Check(program, "struct buf_ioreq", typeof(WrongBufIoreq));
        Assert.Equal(
            ["sizeof WrongBufIoreq", "offset WrongBufIoreq.data"],
            program.Errors().Select(error => error.Split('"')[1]));
    }

    [Fact]
    public void Every_type_is_blittable()
    {
        Assert.InRange(GeneratedTypes.All.Count, 200, int.MaxValue);
        Assert.All(GeneratedTypes.All, type => Assert.True(Layout.IsBlittable(type), type.FullName));
    }

    [Fact]
    public void Arrays_are_as_long_as_they_say() => Assert.All(
        GeneratedTypes.All.Where(type => GeneratedTypes.ArrayLength(type) > 0),
        type => Assert.Equal(
            GeneratedTypes.ArrayLength(type) * Layout.SizeOf(type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance).Single().FieldType),
            Layout.SizeOf(type)));

    private static void Check(CProgram program, string c, Type type)
    {
        program.Assert($"sizeof({c}) == {Layout.SizeOf(type)}", $"sizeof {type.Name}");
        program.Assert($"_Alignof({c}) == {Layout.AlignOf(type)}", $"alignof {type.Name}");
        if (GeneratedTypes.ArrayLength(type) > 0)
            return;
        if (type.IsEnum)
        {
            CheckEnum(program, type);
            return;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            string member = CNames.Field(type, field.Name);
            program.Assert($"__builtin_offsetof({c}, {member}) == {Layout.OffsetOf(field)}", $"offset {type.Name}.{member}");
            program.Assert($"sizeof((({c} *)0)->{member}) == {Layout.SizeOf(field.FieldType)}", $"size {type.Name}.{member}");
            if (GeneratedTypes.ArrayLength(field.FieldType) is > 0 and var length)
                program.Assert($"sizeof((({c} *)0)->{member}) / sizeof((({c} *)0)->{member}[0]) == {length}", $"length {type.Name}.{member}");
        }

        foreach (FieldInfo offset in type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral))
        {
            string member = offset.Name[..^"_offset".Length];
            program.Assert($"__builtin_offsetof({c}, {member}) == {offset.GetRawConstantValue()}", $"offset {type.Name}.{member}");
        }
    }

    private static void CheckEnum(CProgram program, Type type)
    {
        foreach (string member in Enum.GetNames(type))
        {
            object value = Convert.ChangeType(Enum.Parse(type, member), Enum.GetUnderlyingType(type), CultureInfo.InvariantCulture);
            program.Assert($"{member} == {Convert.ToDecimal(value, CultureInfo.InvariantCulture)}", $"{type.Name}.{member}");
        }
    }

    private static void CheckConstant(CProgram program, FieldInfo constant)
    {
        string name = constant.Name;
        if (constant.GetRawConstantValue() is string text)
        {
            program.Assert($"__builtin_strcmp({name}, \"{text}\") == 0", name);
            return;
        }

        object value = constant.GetRawConstantValue()!;
        bool signed = value is sbyte or short or int or long;
        string literal = signed
            ? Convert.ToInt64(value, CultureInfo.InvariantCulture) + "LL"
            : Convert.ToUInt64(value, CultureInfo.InvariantCulture) + "ULL";
        program.Assert($"({name}) == {literal}", name);
        program.Assert($"sizeof({name}) == {Layout.SizeOf(constant.FieldType)}", $"size of the type of {name}");
        program.Assert($"((__typeof__({name}))-1 < 0) == {(signed ? 1 : 0)}", $"sign of the type of {name}");
    }

    private static CScope Find(string name) => CScope.All.Single(scope => scope.ToString() == name);

    /// <summary>The mistake of a generator that gives bit-fields of another type their own word.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 12)]
    private struct WrongBufIoreq
    {
        [FieldOffset(0)]
        public byte type = 0;

        [FieldOffset(8)]
        public uint data = 0;

        public WrongBufIoreq()
        {
        }
    }
}
