using System.Collections.Generic;

namespace Xen.DeviceModel.Tests.Backends;

/// <summary>When what is in the store is the device that was reported.</summary>
public sealed class ReportedDeviceTests
{
    // A look takes time: the state that it read may be from before the acceptance, though it is compared after it.
    [Theory]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void State_goes_back_to_the_beginning_only_if_it_was_read_after_the_acceptance(long look, bool isStill)
    {
        var reported = new ReportedDevice(Device(XenbusState.Initialising)) { AcceptedDuring = 5 };
        Assert.Equal(isStill, reported.IsStill(Device(XenbusState.Initialising), look));
        Assert.True(reported.IsStill(Device(XenbusState.InitWait), look));
        Assert.False(reported.IsStill(null, look));
    }

    [Fact]
    public void Device_that_was_never_accepted_stays_the_same()
    {
        Assert.True(new ReportedDevice(Device(XenbusState.Initialising)).IsStill(Device(XenbusState.Initialising), long.MaxValue));
        Assert.False(new ReportedDevice(Device(XenbusState.InitWait)).IsStill(Device(XenbusState.Initialising), 1));
    }

    private static BackendDevice Device(XenbusState state) =>
        new(SimulatedToolstack.Disk(5), new Dictionary<string, string>())
        {
            BackendPath = "b",
            FrontendPath = "f",
            Incarnation = "a",
            State = state,
            Transport = BackendTransport.Mmio,
            Base = 0,
            Irq = 0,
            PciSlot = "",
            UsesGrants = false,
        };
}
