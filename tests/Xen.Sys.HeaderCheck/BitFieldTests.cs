using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Reflection;
using Xen.Abi.Cli.Checking;
using Xen.Headers.Tests;

namespace Xen.Sys.HeaderCheck;

/// <summary>Compares the bytes that bit-fields of C# make with those that gcc makes, and reads gcc's bytes back.</summary>
public class BitFieldTests
{
    private const int RandomValues = 8;

    public BitFieldTests() => HeaderCache.Require();

    public static TheoryData<string> Scopes =>
        [.. CScope.All.Where(scope => GeneratedTypes.Of(scope).SelectMany(BitFields).Any()).Select(scope => scope.ToString())];

    [Fact]
    public void Bit_fields_are_there() =>
        Assert.InRange(CScope.All.Sum(scope => GeneratedTypes.Of(scope).SelectMany(BitFields).Count()), 16, int.MaxValue);

    [Theory]
    [MemberData(nameof(Scopes))]
    public void A_bit_field_of_all_ones_occupies_the_bits_that_C_gives_it(string name)
    {
        CScope scope = Find(name);
        foreach ((IReadOnlyDictionary<PropertyInfo, decimal> values, byte[] expected) in Compile(scope, AllOnes(scope)))
        {
            (PropertyInfo property, decimal value) = values.Single();
            byte[] bytes = Layout.BytesOf(property.DeclaringType!, values);
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(bytes));
            Assert.Equal(value, Layout.Read(property, bytes));
        }
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Random_values_make_the_bytes_that_C_makes_and_are_read_back_from_them(string name)
    {
        CScope scope = Find(name);
        var random = new Random(20);
        var objects = new List<IReadOnlyDictionary<PropertyInfo, decimal>>();
        foreach (IGrouping<Type, PropertyInfo> type in GeneratedTypes.Of(scope).SelectMany(BitFields).GroupBy(field => field.DeclaringType!))
        {
            // Members of a union overlap: one of them at a time.
            for (int i = 0; i < RandomValues; i++)
            {
                IEnumerable<PropertyInfo> fields = NonOverlapping(type, random);
                objects.Add(fields.ToDictionary(field => field, field => Random(field, random)));
            }
        }

        foreach ((IReadOnlyDictionary<PropertyInfo, decimal> values, byte[] expected) in Compile(scope, objects))
        {
            Type type = values.Keys.First().DeclaringType!;
            Assert.Equal($"{type.Name} {Convert.ToHexString(expected)}", $"{type.Name} {Convert.ToHexString(Layout.BytesOf(type, values))}");
            Assert.All(values, pair => Assert.Equal(pair.Value, Layout.Read(pair.Key, expected)));
        }
    }

    /// <summary>Each object with the bytes that the compiler gives it.</summary>
    private static IEnumerable<(IReadOnlyDictionary<PropertyInfo, decimal> Values, byte[] Bytes)> Compile(
        CScope scope, IEnumerable<IReadOnlyDictionary<PropertyInfo, decimal>> objects)
    {
        var names = new CNames(scope);
        using var program = new CProgram(scope);
        IReadOnlyDictionary<PropertyInfo, decimal>[] all = objects.ToArray();
        for (int i = 0; i < all.Length; i++)
        {
            IEnumerable<string> members = all[i].Select(pair =>
                $".{pair.Key.Name} = {pair.Value.ToString(CultureInfo.InvariantCulture)}{(pair.Value < 0 ? "LL" : "ULL")}");
            program.Line($"__attribute__((section(\"bits{i}\"))) const {names.Of(all[i].Keys.First().DeclaringType!)} value{i} = "
                + $"{{ {string.Join(", ", members)} }};");
        }

        Dictionary<string, byte[]> sections = ElfSections.Read(program.Compile());
        return all.Select((values, i) => (values, sections[$"bits{i}"]));
    }

    private static IEnumerable<IReadOnlyDictionary<PropertyInfo, decimal>> AllOnes(CScope scope) => GeneratedTypes.Of(scope)
        .SelectMany(BitFields)
        .Select(field => new Dictionary<PropertyInfo, decimal> { [field] = IsSigned(field) ? -1 : (decimal)(Math.Pow(2, Width(field)) - 1) });

    private static List<PropertyInfo> NonOverlapping(IEnumerable<PropertyInfo> fields, Random random)
    {
        var taken = new List<PropertyInfo>();
        byte[]? used = null;
        foreach (PropertyInfo field in fields.OrderBy(_ => random.Next()))
        {
            byte[] bits = Layout.BytesOf(field.DeclaringType!, new Dictionary<PropertyInfo, decimal> { [field] = Full(field) });
            used ??= new byte[bits.Length];
            if (bits.Zip(used, (a, b) => a & b).Any(both => both != 0))
                continue;
            taken.Add(field);
            used = [.. bits.Zip(used, (a, b) => (byte)(a | b))];
        }

        return taken;
    }

    private static decimal Random(PropertyInfo field, Random random)
    {
        int width = Width(field);
        ulong bits = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width);
        return IsSigned(field) ? (long)(bits << (64 - width)) >> (64 - width) : bits;
    }

    /// <summary>The number of bits that C# gives a field; that they are those of C is what the first test shows.</summary>
    private static int Width(PropertyInfo field) => Layout
        .BytesOf(field.DeclaringType!, new Dictionary<PropertyInfo, decimal> { [field] = Full(field) })
        .Sum(part => BitOperations.PopCount(part));

    /// <summary>A value of the property's type with all bits set.</summary>
    private static decimal Full(PropertyInfo field) => IsSigned(field)
        ? -1
        : Convert.ToDecimal(field.PropertyType.GetField("MaxValue")!.GetRawConstantValue(), CultureInfo.InvariantCulture);

    private static bool IsSigned(PropertyInfo field) =>
        field.PropertyType == typeof(sbyte) || field.PropertyType == typeof(short)
        || field.PropertyType == typeof(int) || field.PropertyType == typeof(long);

    private static IEnumerable<PropertyInfo> BitFields(Type type) => type.IsEnum || GeneratedTypes.ArrayLength(type) > 0
        ? []
        : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property is { CanWrite: true, CanRead: true }
            && type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance).Any(field => field.Name.StartsWith("_bits", StringComparison.Ordinal)));

    private static CScope Find(string name) => CScope.All.Single(scope => scope.ToString() == name);
}
