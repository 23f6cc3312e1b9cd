using System;
using System.Linq;
using System.Reflection;

namespace Xen.Sys.Tests;

public sealed class IdentifierTests
{
    [Fact]
    public void Reserved_domains_have_the_numbers_of_Xens_header()
    {
        Assert.Equal(0x7ff0, DomainId.Self.Value);
        Assert.Equal(0x7ff1, DomainId.Io.Value);
        Assert.Equal(0x7ff2, DomainId.Xen.Value);
        Assert.Equal(0x7ff3, DomainId.CopyOnWrite.Value);
        Assert.Equal(0x7ff4, DomainId.Invalid.Value);
        Assert.Equal(0x7fff, DomainId.Idle.Value);
        Assert.False(DomainId.Self.IsOrdinary);
        Assert.True(new DomainId(0x7fef).IsOrdinary);
    }

    [Fact]
    public void Pci_function_is_put_together_and_taken_apart()
    {
        var function = new PciSbdf(0x1234, 0x3b, 0x1f, 7);
        Assert.Equal(0x12343bffu, function.Value);
        Assert.Equal((0x1234, 0x3b, 0x1f, 7), (function.Segment, function.Bus, function.Device, function.Function));
        Assert.Equal(0xff, function.DeviceFunction);
        Assert.Equal("1234:3b:1f.7", function.ToString());
        Assert.Equal("0000:00:02.0", new PciSbdf(0, 0, 2, 0).ToString());
        Assert.Equal(new PciSbdf(0, 0, 0, 0), new PciSbdf(0, 0, 0x20, 8));
    }

    [Fact]
    public void Numbers_are_written_in_decimal()
    {
        Assert.Equal("9", new GrantReference(9).ToString());
        Assert.Equal("2", new VcpuId(2).ToString());
        Assert.Equal(0u, GrantReference.Console.Value);
        Assert.Equal(1u, GrantReference.XenStore.Value);
    }

    [Fact]
    public void Every_grant_status_of_Xens_header_has_its_name()
    {
        var statuses = typeof(XenAbi).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.Name.StartsWith("GNTST_", StringComparison.Ordinal))
            .ToDictionary(field => (GrantStatus)(int)field.GetRawConstantValue()!, field => field.Name);
        Assert.Equal(statuses.Keys.Order(), Enum.GetValues<GrantStatus>().Order());
        foreach (var (status, name) in statuses)
            Assert.Equal(name, status.Name());
        Assert.Equal("GNTST_?", ((GrantStatus)(-99)).Name());
    }
}
