using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Tests;

/// <summary>Compares the metadata with numbers that others have measured.</summary>
public class FactsTests
{
    private static readonly string[] Targets = ["x86_64", "i386", "aarch64", "armv7"];

    /// <summary>What Xen 4.20 has instead, and why.</summary>
    private static readonly Dictionary<string, (string Values, string Reason)> Before = new(StringComparer.Ordinal)
    {
        ["xenstore_domain_interface.sizeof"] = ("2076 2076 2076 2076", "evtchn_port came later"),
        ["xenstore_domain_interface.evtchn_port"] = ("none none none none", "came later"),
        ["xen_domctl_createdomain.sizeof"] = ("68 68 72 72", "the Arm configuration in it grew later"),
        ["xen_arch_domainconfig.sizeof"] = ("8 8 12 12", "the one of Arm grew later"),
    };

    [Fact]
    public void Layouts_agree_with_those_measured_on_the_development_version()
    {
        Metadata metadata = Metadata.Load([]);
        Scope[] scopes = [.. Targets.Select(target => new Scope(metadata.NewestXen, target))];
        var differing = new List<string>();
        int compared = 0;
        foreach (string line in File.ReadLines(RepositoryRoot.Combine("tests", "Xen.Abi.Cli.Tests", "Data", "layouts-4.23.txt")).Skip(1))
        {
            string[] parts = line.Split(": ");
            string name = parts[0].Split(' ')[^1];
            string actual = string.Join(' ', scopes.Select(scope => Measure(scope, name)));
            compared += scopes.Length;
            if (actual != parts[1])
                differing.Add($"{name}: {actual}");
        }

        Assert.Equal(string.Join('\n', Before.Select(pair => $"{pair.Key}: {pair.Value.Values}")), string.Join('\n', differing));
        Assert.InRange(compared, 700, int.MaxValue);
    }

    [Theory]
    [InlineData("IOCTL_PRIVCMD_HYPERCALL", 0x305000)]
    [InlineData("IOCTL_PRIVCMD_MMAP", 0x105002)]
    [InlineData("IOCTL_PRIVCMD_MMAPBATCH", 0x185003)]
    [InlineData("IOCTL_PRIVCMD_MMAPBATCH_V2", 0x205004)]
    [InlineData("IOCTL_PRIVCMD_DM_OP", 0x105005)]
    [InlineData("IOCTL_PRIVCMD_RESTRICT", 0x025006)]
    [InlineData("IOCTL_PRIVCMD_MMAP_RESOURCE", 0x205007)]
    [InlineData("IOCTL_PRIVCMD_IRQFD", 0x40185008)]
    [InlineData("IOCTL_PRIVCMD_IOEVENTFD", 0x40305009)]
    [InlineData("IOCTL_PRIVCMD_PCIDEV_GET_GSI", 0x8500a)]
    [InlineData("IOCTL_EVTCHN_BIND_VIRQ", 0x44500)]
    [InlineData("IOCTL_EVTCHN_BIND_INTERDOMAIN", 0x84501)]
    [InlineData("IOCTL_EVTCHN_BIND_UNBOUND_PORT", 0x44502)]
    [InlineData("IOCTL_EVTCHN_UNBIND", 0x44503)]
    [InlineData("IOCTL_EVTCHN_NOTIFY", 0x44504)]
    [InlineData("IOCTL_EVTCHN_RESET", 0x4505)]
    [InlineData("IOCTL_EVTCHN_RESTRICT_DOMID", 0x24506)]
    [InlineData("IOCTL_GNTDEV_MAP_GRANT_REF", 0x184700)]
    [InlineData("IOCTL_GNTDEV_UNMAP_GRANT_REF", 0x104701)]
    [InlineData("IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR", 0x184702)]
    [InlineData("IOCTL_GNTDEV_SET_MAX_GRANTS", 0x44703)]
    [InlineData("IOCTL_GNTDEV_SET_UNMAP_NOTIFY", 0x104707)]
    [InlineData("IOCTL_GNTDEV_GRANT_COPY", 0x104708)]
    [InlineData("IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS", 0x144709)]
    [InlineData("IOCTL_GNTDEV_DMABUF_EXP_WAIT_RELEASED", 0x8470a)]
    [InlineData("IOCTL_GNTDEV_DMABUF_IMP_TO_REFS", 0x14470b)]
    [InlineData("IOCTL_GNTDEV_DMABUF_IMP_RELEASE", 0x8470c)]
    [InlineData("IOCTL_GNTALLOC_ALLOC_GREF", 0x184705)]
    [InlineData("IOCTL_GNTALLOC_DEALLOC_GREF", 0x104706)]
    [InlineData("IOCTL_GNTALLOC_SET_UNMAP_NOTIFY", 0x104707)]
    public void Ioctl_numbers_are_those_of_Linux_on_64_bits(string name, long number)
    {
        Release linux = Metadata.Load([]).Releases.Single(release => release.FullName == "linux-6.12");
        Assert.All(
            Targets.Where(target => target.EndsWith("64", StringComparison.Ordinal)),
            target => Assert.Equal(
                number.ToString(CultureInfo.InvariantCulture), Assert.Single(new Scope(linux, target).Find(name).OfType<AbiConstant>()).Value));
    }

    private static string Measure(Scope scope, string name)
    {
        string[] path = name.Split('.');
        AbiRecord? record = scope.Find(path[0]).Select(item => item switch
        {
            AbiRecord found => found,
            AbiTypedef typedef => scope.Record(typedef.Type),
            _ => null,
        }).FirstOrDefault(found => found is not null);
        int? number = path[1] switch
        {
            "sizeof" => record?.Size,
            "align" => record?.Align,
            _ => record?.Fields.FirstOrDefault(field => field.Name == path[1])?.ByteOffset,
        };
        return number?.ToString(CultureInfo.InvariantCulture) ?? "none";
    }
}
