using System.Threading;
using Conformance.Life;
using Xen.DeviceModel;
using Xen.Sys;

namespace Conformance;

/// <content>The whole life of a domain with a device model. No toolstack has a hand in it.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Domain_made_from_nothing_is_served_2000_accesses_and_leaves_nothing()
    {
        var traces = Traces.Take(_xen);
        var program = new GuestProgram(seed: 4);
        Assert.Equal(2000, program.Accesses.Count);

        var domain = NewFurnishedDomain(vcpus: 1);
        try
        {
            Load(domain);
            using var memory = new ForeignGuestMemory(_xen.ForeignMemory, domain);
            var device = new ExpectantDevice(program);
            using (var server = IoreqServer.Create(
                _xen.Transport, _xen.ForeignMemory, _xen.EventChannels, domain, memory))
            {
                server.MapMmio(GuestProgram.DeviceAddress, device);
                server.Start();
                _xen.Start(domain, program);
                WaitForTheEnd(domain, device);
                Assert.Null(device.Surprise);
                Assert.Equal((uint)ShutdownReason.PowerOff, Describe(domain).ShutdownReason);
                Assert.Equal(program.Accesses.Count, device.Count);
                Assert.Equal((0L, 0L), (server.Statistics.Unhandled, server.Statistics.Invalidations));

                // Xen takes an element of a string instruction alone now and then, where it begins or ends.
                Assert.InRange(
                    server.Statistics.Requests,
                    GuestProgram.FewestRequests,
                    GuestProgram.FewestRequests + (2 * GuestProgram.StringInstructions));
            }

            using (var view = memory.Enter())
            {
                Assert.Equal(program.Result, Read(view, GuestProgram.ResultAddress, program.Result.Length));
                Assert.Equal(program.Buffer, Read(view, GuestProgram.BufferAddress, program.Buffer.Length));
            }
        }
        finally
        {
            Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, domain).IsSuccess);
        }

        WaitUntilGone(domain);
        Assert.DoesNotContain(List(default), info => info.Id == domain);
        Assert.Equal(traces, Traces.Take(_xen));

        static byte[] Read(Xen.Machine.GuestMemoryView view, ulong address, int length)
        {
            var bytes = new byte[length];
            Assert.True(view.TryRead(address, bytes));
            return bytes;
        }
    }

    // As long as it may take, while the guest gets on.
    private void WaitForTheEnd(DomainId domain, ExpectantDevice device)
    {
        for (var count = -1; device.Count > count;)
        {
            count = device.Count;
            if (SpinWait.SpinUntil(() => Describe(domain).IsShutDown, Long))
                return;
        }

        Assert.Fail($"the guest stopped after {device.Count} accesses; {device.Surprise}");
    }

    private DomainId NewFurnishedDomain(uint vcpus) => MadeDomain.Make(_xen.Transport, vcpus, extents: 16, order: 0);

    private void Load(DomainId domain) => GuestCode.Load(
        _xen.Transport, _xen.ForeignMemory, domain, GuestProgram.CodeAddress, GuestProgram.Code);
}
