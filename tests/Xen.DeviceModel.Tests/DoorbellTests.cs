using System;
using System.Threading;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace Xen.DeviceModel.Tests;

/// <summary>Writes that only ring are answered by the kernel where it can, and by the device where it cannot.</summary>
public sealed class DoorbellTests : IDisposable
{
    private const ulong Address = 0xd0000000;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly SimulatedLinux _linux;
    private readonly BellDevice _device = new();

    // The kernel looks into the page of the requests in domains that Xen translates for: on Arm, in all of them.
    public DoorbellTests()
    {
        _domain = _xen.CreateDomain(7, vcpus: 2);
        var stub = _xen.CreateDomain(9);
        stub.Target = _domain.Id;
        _linux = new SimulatedLinux(_xen, stub.Id);
    }

    public void Dispose() => _xen.Dispose();

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Each_queue_is_rung_whoever_answers(bool kernelHas, bool isWanted)
    {
        _linux.HasEventFds = kernelHas;
        using var model = Open(isWanted);
        model.AddMmio(Address, _device);
        model.Start();

        // The first answer may come before the kernel is told of the doorbells, the second does not.
        for (var i = 0; i < 2; i++)
            Assert.Equal(0UL, _domain.Vcpus[0].Read(Address, 4));
        _domain.Vcpus[0].Write(Address + BellDevice.Register, 4, 1);
        _domain.Vcpus[1].Write(Address + BellDevice.Register, 4, 0);
        _domain.Vcpus[1].Write(Address + BellDevice.Register, 4, 7);
        _domain.Vcpus[1].Write(Address + 0x70, 4, 1);
        Wait(() => _device.Rings(0) > 0 && _device.Rings(1) > 0);
        Assert.Equal(kernelHas && isWanted ? 2 : 4, _device.Writes);
    }

    [Fact]
    public void Device_that_comes_and_goes_is_rung_at_its_place_only()
    {
        _linux.HasEventFds = true;
        using var model = Open(isWanted: true);
        model.Start();
        for (var round = 1; round <= 3; round++)
        {
            var place = Address + ((ulong)round << 16);
            model.AddMmio(place, _device);
            _domain.Vcpus[0].Write(place + BellDevice.Register, 4, 1);
            Wait(() => _device.Rings(1) == round);
            model.RemoveMmio(place);
            _domain.Vcpus[0].Write(place + BellDevice.Register, 4, 1);
            Assert.Equal(round, _device.Rings(1));
        }
    }

    [Fact]
    public void End_of_the_device_model_leaves_nothing_in_the_kernel()
    {
        _linux.HasEventFds = true;
        var files = _linux.OpenFileCount;
        using (var model = Open(isWanted: true))
        {
            model.AddMmio(Address, _device);
            model.Start();
            _domain.Vcpus[0].Write(Address + BellDevice.Register, 4, 1);
        }

        Assert.Equal(files, _linux.OpenFileCount);
        Assert.Equal(0, _linux.CountMappings(_domain.Id));
        Assert.Equal(1, _device.Rings(1));
    }

    private static void Wait(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));

    private GuestDeviceModel Open(bool isWanted) => GuestDeviceModel.Open(
        _linux.ToPlatform(),
        _domain.Id,
        new GuestDeviceModelOptions { Kind = GuestKind.Pvh, UseKernelDoorbells = isWanted });
}
