using System;
using System.Reflection;

namespace Xen.Sys.Generator.Tests;

public class BitFieldTests
{
    [Theory]
    [InlineData("low", (byte)5, (byte)5)]
    [InlineData("low", (byte)0xff, (byte)7)]
    [InlineData("wide", 0xffffffffu, 0xfffffu)]
    [InlineData("small", -1, -1)]
    [InlineData("small", 15, 15)]
    [InlineData("small", 16, -16)]
    [InlineData("all", ulong.MaxValue, ulong.MaxValue)]
    public void A_bit_field_keeps_what_fits_and_its_neighbours_stay(string name, object written, object read)
    {
        using var types = new LoadedTypes(new GeneratorRun(Metadata.Small, "bits"));
        Type type = types.Type("Xen.Sys.bits");
        object value = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties())
            property.SetValue(value, Convert.ChangeType(3, property.PropertyType, null));
        type.GetProperty(name)!.SetValue(value, written);
        foreach (PropertyInfo property in type.GetProperties())
        {
            object expected = property.Name == name ? read : Convert.ChangeType(3, property.PropertyType, null);
            Assert.Equal(expected, property.GetValue(value));
        }
    }
}
