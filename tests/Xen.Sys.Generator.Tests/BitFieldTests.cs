using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

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
        Type type = Load("bits").GetType("Xen.Sys.bits")!;
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

    private static Assembly Load(string requests)
    {
        using var image = new MemoryStream();
        Assert.True(new GeneratorRun(Metadata.Small, requests).Output.Emit(image).Success);
        image.Position = 0;
        return new AssemblyLoadContext("bits", isCollectible: true).LoadFromStream(image);
    }
}
