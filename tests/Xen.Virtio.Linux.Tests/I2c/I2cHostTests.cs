using System;
using System.IO;
using Xen.Virtio.Linux.I2c;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>How an adapter is found, and what a user is told who does not find it.</summary>
public sealed class I2cHostTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("i2c-host-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("sys/class/i2c-adapter")]
    [InlineData("sys/bus/i2c/devices")]
    public void Adapter_is_found_by_number_file_link_and_name(string folder)
    {
        Add(folder, 3, "SMBus I801 adapter");
        Add(folder, 12, "other");
        Directory.CreateDirectory(Path.Combine(_root.FullName, folder, "i2c-ACPI0001:00"));
        var file = Path.Combine(_root.FullName, "dev/i2c-3");
        File.CreateSymbolicLink(Path.Combine(_root.FullName, "dev/sensors"), file);
        foreach (var name in new[] { "3", "i2c-3", "/dev/i2c-3", "/dev/sensors", "SMBus I801 adapter" })
        {
            using var bus = Open(name);
            Assert.Equal((3, "SMBus I801 adapter", file), (bus.Number, bus.Name, bus.Path));
        }
    }

    [Fact]
    public void Adapter_that_only_its_file_shows_is_opened()
    {
        AddFile(7);
        using var bus = Open("7");
        Assert.Equal((7, ""), (bus.Number, bus.Name));
    }

    [Fact]
    public void User_is_told_which_adapters_there_are()
    {
        Add("sys/bus/i2c/devices", 3, "SMBus I801 adapter");
        Add("sys/bus/i2c/devices", 12, "other");
        foreach (var name in new[] { "4", "i2c-4", "/dev/i2c-4", "I801", "/dev/null", "/tmp/i2c-3", "i2c-x", "-3", "+3" })
            Fails(name, "This host has 3 (SMBus I801 adapter), 12 (other)");
    }

    [Fact]
    public void User_without_adapters_is_told_so() => Fails("0", "This host has no I2C adapter");

    [Fact]
    public void User_without_the_module_is_told_to_load_it()
    {
        Add("sys/bus/i2c/devices", 3, "other");
        File.Delete(Path.Combine(_root.FullName, "dev/i2c-3"));
        Fails("3", "modprobe i2c-dev");
    }

    [Fact]
    public void Name_of_two_adapters_is_refused()
    {
        Add("sys/bus/i2c/devices", 3, "same");
        Add("sys/bus/i2c/devices", 4, "same");
        Fails("same", "2 I2C adapters are called 'same': give the number of one. This host has 3 (same), 4 (same)");
    }

    [Fact]
    public void User_without_permission_is_told_what_to_do()
    {
        var host = new I2cHost(_root.FullName, _ => throw new UnauthorizedAccessException("no"));
        var e = Assert.Throws<UnauthorizedAccessException>(() => LinuxI2cBus.Open("3", host));
        Assert.Contains("run as root", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapter_that_goes_while_it_is_opened_is_an_error_that_names_it()
    {
        var host = new I2cHost(_root.FullName, _ => throw new IOException("No such device"));
        var e = Assert.Throws<IOException>(() => LinuxI2cBus.Open("3", host));
        Assert.Equal($"cannot open {_root.FullName}/dev/i2c-3: No such device", e.Message);
    }

    [Fact]
    public void File_that_is_no_adapter_is_closed_again()
    {
        AddFile(5);
        var host = new I2cHost(_root.FullName, path => new I2cDeviceFile(path));
        var e = Assert.Throws<IOException>(() => LinuxI2cBus.Open("5", host));
        Assert.Contains("is no I2C adapter", e.Message, StringComparison.Ordinal);
    }

    private LinuxI2cBus Open(string name)
    {
        var host = new I2cHost(_root.FullName, path =>
        {
            File.OpenHandle(path).Dispose();
            return new SimulatedI2cKernel(SimulatedI2cKernel.Plain);
        });
        return LinuxI2cBus.Open(name, host);
    }

    private void Fails(string name, string expected)
    {
        var e = Assert.Throws<IOException>(() => Open(name).Dispose());
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private void Add(string folder, int number, string name)
    {
        var path = Directory.CreateDirectory(Path.Combine(_root.FullName, folder, $"i2c-{number}"));
        File.WriteAllText(Path.Combine(path.FullName, "name"), name + "\n");
        AddFile(number);
    }

    private void AddFile(int number)
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "dev"));
        File.WriteAllText(Path.Combine(_root.FullName, "dev", $"i2c-{number}"), "");
    }
}
