using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using Xen.Headers.Tests;

namespace Xen.Sys.HeaderCheck;

/// <summary>Compares what C# lays out with what gcc does: two compilers, neither of which made the metadata.</summary>
public class LayoutTests
{
    public static TheoryData<string> Targets => [.. CTarget.All.Select(target => target.Name)];

    public LayoutTests() => HeaderCache.Require();

    [Theory]
    [MemberData(nameof(Targets))]
    public void Size_alignment_and_members_of_every_type_are_those_of_C(string name)
    {
        CTarget target = Find(name);
        var names = new CNames(target);
        using var program = new CProgram(target);
        foreach (Type type in GeneratedTypes.Of(target))
            Check(program, names.Of(type), type);
        Assert.Empty(program.Errors());
        Assert.InRange(program.Lines, 1000, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_member_of_C_is_missing(string name)
    {
        CTarget target = Find(name);
        var names = new CNames(target);
        foreach (Type type in GeneratedTypes.Of(target))
        {
            if (names.Record(type) is not { } record)
                continue;
            var members = type.GetMembers().Select(member => CNames.Field(type, member.Name)).ToHashSet();
            using var program = new CProgram(target);
            foreach (string field in record.Fields.Select(field => field.Name).Where(field => field.Length > 0))
            {
                if (!members.Contains(field) && !members.Contains(field + "_offset"))
                    program.Assert($"sizeof((({names.Of(type)} *)0)->{field}) == 0", $"{type.Name}.{field}");
            }

            if (program.Lines > 0)
                Assert.Empty(program.Errors());
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Bit_fields_occupy_the_bits_that_C_gives_them(string name)
    {
        CTarget target = Find(name);
        var names = new CNames(target);
        PropertyInfo[] bitFields = GeneratedTypes.Of(target).SelectMany(BitFields).ToArray();
        using var program = new CProgram(target);
        for (int i = 0; i < bitFields.Length; i++)
        {
            program.Line($"__attribute__((section(\"bits{i}\"))) const {names.Of(bitFields[i].DeclaringType!)} value{i} = "
                + $"{{ .{bitFields[i].Name} = -1 }};");
        }

        Dictionary<string, byte[]> sections = ElfSections.Read(program.Compile());
        Assert.InRange(bitFields.Length, 9, int.MaxValue);
        for (int i = 0; i < bitFields.Length; i++)
        {
            (byte[] bytes, object value) = Layout.SetAllOnes(bitFields[i]);
            Assert.True(
                bytes.AsSpan().SequenceEqual(sections[$"bits{i}"]),
                $"{bitFields[i].DeclaringType!.Name}.{bitFields[i].Name}: C# {Convert.ToHexString(bytes)}, "
                + $"C {Convert.ToHexString(sections[$"bits{i}"])}");
            int width = bytes.Sum(part => BitOperations.PopCount(part));
            Assert.Equal(AllOnes(width, bitFields[i].PropertyType), Convert.ToDecimal(value, CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Constants_have_the_value_and_type_of_C(string name)
    {
        CTarget target = Find(name);
        using var program = new CProgram(target);
        foreach (FieldInfo constant in GeneratedTypes.Constants(target))
            CheckConstant(program, constant);
        Assert.Empty(program.Errors());
        Assert.InRange(program.Lines, 500, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_wrong_number_is_found(string name)
    {
        CTarget target = Find(name);
        using var program = new CProgram(target);
        program.Assert("sizeof(struct ioreq) == 32", "right");
        program.Assert("sizeof(struct ioreq) == 33", "wrong size");
        program.Assert("__builtin_offsetof(struct ioreq, vp_eport) == 28", "wrong offset");
        program.Assert("(DOMID_SELF) == 1", "wrong value");
        string[] errors = [.. program.Errors()];
        Assert.Equal(["wrong size", "wrong offset", "wrong value"], errors.Select(error => error.Split('"')[1]));
    }

    [Theory]
    [MemberData(nameof(Targets))]
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

    private static IEnumerable<PropertyInfo> BitFields(Type type) => GeneratedTypes.ArrayLength(type) > 0
        ? []
        : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property is { CanWrite: true, CanRead: true }
            && type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance).Any(field => field.Name.StartsWith("_bits", StringComparison.Ordinal)));

    /// <summary>What a bit-field of this width reads as when all its bits are set.</summary>
    private static decimal AllOnes(int width, Type type) =>
        type == typeof(sbyte) || type == typeof(short) || type == typeof(int) || type == typeof(long) ? -1 : (decimal)Math.Pow(2, width) - 1;

    private static CTarget Find(string name) => CTarget.All.Single(target => target.Name == name);

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
