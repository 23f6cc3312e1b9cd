using System;
using System.Linq;
using System.Reflection;

namespace Conformance.Golden;

/// <summary>The golden table and the rules belong together.</summary>
public sealed class GoldenTableTests
{
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
        var error = Record.Exception(() => GoldenTable.Check(id, isSecondLab: false, new(answer)));
        Assert.Equal(isRight, error is null);
    }

    [Fact]
    public void Second_lab_has_an_answer_of_its_own_or_the_first_ones()
    {
        GoldenTable.Check("privcmd/irqfd", isSecondLab: true, new(-95));
        Assert.ThrowsAny<Exception>(() => GoldenTable.Check("privcmd/irqfd", isSecondLab: false, new(-95)));
        GoldenTable.Check("evtchn/notify", isSecondLab: true, default);
    }
}
