using System;
using Xen.Testing.I2c;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Linux.I2c;
using Xen.Virtio.Spec.I2c;
using Xen.Virtio.Transports.Mmio;
using static Xen.Virtio.Linux.Tests.I2c.I2cMessages;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>A guest's driver, the virtio device, and an adapter of Linux behind it.</summary>
public sealed class LinuxI2cGuestTests
{
    private const I2cRequestStatus Ok = I2cRequestStatus.Ok;
    private const I2cRequestStatus Error = I2cRequestStatus.Error;

    [Theory]
    [InlineData(SimulatedI2cKernel.Plain)]
    [InlineData(SimulatedI2cKernel.AllSmbus)]
    public void Chip_that_does_not_answer_fails_its_own_group_only(ulong functions)
    {
        var isPlain = functions == SimulatedI2cKernel.Plain;
        using var kernel = Kernel(functions);
        using var bus = new LinuxI2cBus(new I2cAdapter(0, "", ""), kernel, null);
        var data = new byte[4];
        Drive(bus, new I2cDeviceOptions(), driver =>
        {
            driver.Add(Write(0x50, 0, 1, 2, 3, 4), hasNext: false);
            driver.Add(Write(0x50, 8, 5), hasNext: true);
            driver.Add(Write(0x33, 1), hasNext: true);
            driver.Add(Write(0x50, 8, 6), hasNext: false);
            driver.Add(Write(0x50, 0), hasNext: true);
            driver.Add(Read(0x50, data), hasNext: false);
            Assert.Equal([Ok, isPlain ? Error : Ok, Error, Error, Ok, Ok], driver.Await());
        });
        Assert.Equal([1, 2, 3, 4], data);
    }

    [Fact]
    public void Shape_that_cannot_be_done_fails_its_own_group_only()
    {
        using var kernel = Kernel(SimulatedI2cKernel.AllSmbus);
        using var bus = new LinuxI2cBus(new I2cAdapter(0, "", ""), kernel, null);
        Drive(bus, new I2cDeviceOptions(), driver =>
        {
            driver.Add(Write(0x50, 8, 5), hasNext: false);
            driver.Add(Write(0x50, new byte[200]), hasNext: false);
            driver.Add(WriteTen(0x50, 8), hasNext: false);
            driver.Add(Write(0x50, 8), hasNext: false);
            Assert.Equal([Ok, Error, Error, Ok], driver.Await());
        });
    }

    [Fact]
    public void Two_adapters_are_one_for_the_guest()
    {
        using var first = Kernel(SimulatedI2cKernel.Plain);
        using var second = Kernel(SimulatedI2cKernel.AllSmbus);
        using var routes = new I2cRoutes(new System.Collections.Generic.Dictionary<I2cAddress, II2cBus>
        {
            [new(0x50)] = new LinuxI2cBus(new I2cAdapter(0, "", ""), first, null),
            [new(0x51)] = new LinuxI2cBus(new I2cAdapter(1, "", ""), second, null),
        });
        Drive(routes, new I2cDeviceOptions { Addresses = routes.Filter }, driver =>
        {
            driver.Add(Write(0x50, 0, 7), hasNext: true);
            driver.Add(Write(0x51, 0, 7), hasNext: false);
            driver.Add(Write(0x51, 0, 8), hasNext: false);
            driver.Add(Write(0x68, 0), hasNext: false);
            Assert.Equal([Ok, Error, Ok, Error], driver.Await());
        });
        Assert.Equal(["rdwr 500000000200"], first.Calls);
        Assert.Single(second.Calls);
    }

    private static SimulatedI2cKernel Kernel(ulong functions)
    {
        var kernel = new SimulatedI2cKernel(functions);
        kernel.Bus.Plug(new I2cAddress(0x50), new SimulatedEeprom());
        kernel.Bus.Plug(new I2cAddress(0x51), new SimulatedEeprom());
        return kernel;
    }

    private static void Drive(II2cBus bus, I2cDeviceOptions options, Action<I2cDriver> use)
    {
        var memory = new PlainGuestMemory(new GuestBank(0, 12 << 20));
        var line = new TestInterruptLine();
        using var transport = new VirtioMmioTransport(new I2cDevice(bus, options), memory, line);
        var driver = new I2cDriver(new GuestDriver(transport, memory, line));
        driver.Start(I2cFeatures.ZeroLengthRequest | VirtioDriver.DefaultFeatures);
        use(driver);
    }
}
