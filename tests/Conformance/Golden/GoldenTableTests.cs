using System;
using System.Linq;
using System.Reflection;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Conformance.Golden;

/// <summary>The golden table and the rules belong together.</summary>
public sealed class GoldenTableTests
{
    private static readonly Version Xen417 = new(4, 17);
    private static readonly Version Linux61 = new(6, 1);

    [Fact]
    public void Each_line_is_claimed_by_one_rule()
    {
        var claims = typeof(ConformanceTests).GetMethods()
            .SelectMany(rule => GoldenTable.ClaimedBy(rule).Select(id => (Id: id, Rule: rule.Name)))
            .ToLookup(claim => claim.Id, claim => claim.Rule);
        Assert.NotEmpty(GoldenTable.Ids);
        Assert.All(GoldenTable.Ids, id => Assert.Single(claims[id]));
        Assert.All(claims, claim => Assert.Contains(claim.Key, GoldenTable.Ids));
    }

    [Fact]
    public void Rules_that_claim_lines_are_run() => Assert.All(
        typeof(ConformanceTests).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(rule => rule.GetCustomAttribute<GoldenAttribute>() is not null),
        rule => Assert.NotNull(rule.GetCustomAttribute<FactAttribute>()));

    [Theory]
    [InlineData("evtchn/notify", 0, true)]
    [InlineData("evtchn/notify", -22, false)]
    [InlineData("map-batch/again", -22, true)]
    [InlineData("map-batch/again", 0, false)]
    [InlineData("evtchn/bind-unbound", 5, true)]
    [InlineData("evtchn/bind-unbound", -22, false)]
    [InlineData("privcmd/number-of-dm-op", 0x105005, true)]
    public void Answer_is_held_against_the_table(string id, long answer, bool isRight)
    {
        var error = Record.Exception(() => GoldenTable.Check(id, Xen417, Linux61, new(answer)));
        Assert.Equal(isRight, error is null);
    }

    [Theory]
    [InlineData("privcmd/irqfd", "4.17", "6.1", Libc.ENOTTY)]
    [InlineData("privcmd/irqfd", "4.20", "6.1", Libc.ENOTTY)]
    [InlineData("privcmd/irqfd", "4.17", "6.12", XenAbi.XEN_EOPNOTSUPP)]
    [InlineData("resource/size-of-unknown-type", "4.17", "6.12", 0)]
    [InlineData("resource/size-of-unknown-type", "4.20", "6.12", XenAbi.XEN_EINVAL)]
    [InlineData("resource/size-of-unknown-type", "4.21", "6.12", XenAbi.XEN_EINVAL)]
    [InlineData("evtchn/notify", "4.20", "6.12", 0)]
    public void Answer_is_that_of_the_release(string id, string xen, string linux, int errno)
    {
        GoldenTable.Check(id, Version.Parse(xen), Version.Parse(linux), new(-errno));
        Assert.ThrowsAny<Exception>(
            () => GoldenTable.Check(id, Version.Parse(xen), Version.Parse(linux), new(-XenAbi.XEN_EXDEV)));
    }
}
