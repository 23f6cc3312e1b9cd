using System;

namespace EndToEnd;

/// <summary>
/// Virtio i2c, gpio, rng, console and a disk on the real Xen, of two guests that one process serves: one boot for each Xen,
/// whose parts these tests look at.
/// </summary>
[Trait("Category", "Lab")]
public sealed class DevicesTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Guest_finds_its_chips_and_no_others(string xen)
    {
        var run = Run(xen);
        Assert.Contains("i2c: held: i2cdetect: 1a 50 52 68", run.Output, StringComparison.Ordinal);
        Assert.Contains("i2c: held: i2cdetect: 48 51", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, run.Output.Split("i2c: held: no other chip answers", StringSplitOptions.None).Length - 1);
    }

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Tools_and_drivers_of_a_guest_use_chips_of_dom0(string xen)
    {
        var run = Run(xen);
        Assert.Contains("i2c: held: bytes, words and blocks of a chip", run.Output, StringComparison.Ordinal);
        Assert.Contains("eeprom: held: combined messages", run.Output, StringComparison.Ordinal);
        Assert.Contains("eeprom: held: at24", run.Output, StringComparison.Ordinal);
        Assert.Contains("tenbit: held", run.Output, StringComparison.Ordinal);
        Assert.Contains("clock: held: /dev/rtc", run.Output, StringComparison.Ordinal);
        Assert.Contains("lm75: held", run.Output, StringComparison.Ordinal);
        Assert.Contains("held: i2c: dom0 sees on its buses", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Guest_reads_drives_and_watches_lines_of_dom0(string xen)
    {
        var run = Run(xen);
        Assert.Contains("gpio: held: gpioinfo", run.Output, StringComparison.Ordinal);
        Assert.Contains("gpio: held: lines that dom0 holds", run.Output, StringComparison.Ordinal);
        Assert.Contains("gpio: held: edges", run.Output, StringComparison.Ordinal);
        Assert.Contains("held: gpio: dom0 saw the lines", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Guest_has_random_numbers(string xen) =>
        Assert.Contains("rng: held: 4096 bytes", Run(xen).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Console_has_a_shell_and_carries_ten_mebibytes_each_way(string xen) =>
        Assert.Contains("held: console: 10 MiB each way", Run(xen).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void One_process_serves_five_devices_of_two_guests_at_once(string xen) =>
        Assert.Contains("held: together", Run(xen).Output, StringComparison.Ordinal);

    [Fact]
    public void Guest_goes_on_when_the_other_one_is_destroyed() =>
        Assert.Contains("held: destroy", Run("4.20").Output, StringComparison.Ordinal);

    [Fact]
    public void Guest_goes_on_when_the_process_is_killed_and_started_again() =>
        Assert.Contains("held: kill", Run("4.20").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Nothing_is_left_after_the_end(string xen)
    {
        var run = Run(xen);
        run.AssertPassed();
        Assert.Contains("held: stop", run.Output, StringComparison.Ordinal);
    }

    private Script Run(string xen) => SharedRun.Of("devices-" + xen, () => LabScenario.Run(
        log, "lab/scenario/devices", "--xen", xen, "--program", LabMaterial.VirtioHost,
        "--parts", xen == "4.20" ? "all" : "together", "--out", LabMaterial.RunFolder("devices-" + xen)));
}
