using System;
using System.Linq;
using BareMetal.Tests.Profile;

namespace BareMetal.Tests;

/// <summary>The profile of bare-metal code holds for all shared files, whether or not a program reaches them.</summary>
public sealed class ProfileTests(ITestOutputHelper log)
{
    // The core library is what stands in for a runtime.
    private static readonly string[] CoreLibrary = ["System", "Internal", "Microsoft.CodeAnalysis"];

    [Theory]
    [InlineData("x86_64")]
    [InlineData("arm64")]
    public void Shared_files_and_the_monitor_neither_allocate_nor_throw_nor_box_nor_need_initialised_statics(string arch)
    {
        var breaches = BareMetalProfile.Check(
            Image.Of(log, Image.Monitor, arch).Assembly,
            (space, name) => !CoreLibrary.Any(
                core => space == core || space.StartsWith(core + ".", StringComparison.Ordinal)),
            out var methods);
        Assert.InRange(methods, 1000, int.MaxValue);
        Assert.Empty(breaches);
    }

    [Fact]
    public void Each_breach_is_found_and_the_method_is_named()
    {
        var breaches = BareMetalProfile.Check(
            typeof(ProfileTests).Assembly.Location,
            (space, name) => space == "BareMetal.Tests.Profile.Offenders",
            out _);
        const string Offender = "BareMetal.Tests.Profile.Offenders.Offender.";
        Assert.Equal(
            [
                "BareMetal.Tests.Profile.Offenders.LateStatic..cctor: a static has to be initialised when the program runs",
                Offender + "Boxes: boxes a value (box)",
                Offender + "CallsAnInterface: calls through the interface System.IDisposable (callvirt)",
                Offender + "Catches: catches",
                Offender + "MakesAnArray: makes an array (newarr)",
                Offender + "MakesAnObject: makes an object of System.Object (newobj)",
                Offender + "Throws: throws (throw)",
            ],
            breaches.Where(breach => !breach.Contains("MakesADelegate", StringComparison.Ordinal)
                && !breach.Contains("DisplayClass", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains(breaches, breach => breach.StartsWith(Offender + "MakesADelegate: makes an object of ", StringComparison.Ordinal));
    }
}
