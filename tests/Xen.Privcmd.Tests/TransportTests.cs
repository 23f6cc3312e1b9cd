using System;
using System.Linq;
using System.Threading;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

public sealed unsafe class TransportTests
{
    private static readonly DomainId Guest = new(7);

    private readonly ScriptedKernel _kernel = new();

    [Fact]
    public void Answers_of_Xen_and_errnos_of_the_kernel_come_back_as_they_are()
    {
        using var transport = PrivcmdTransport.Open(_kernel);
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_HYPERCALL] = _ => new HypercallResult(0x40011);
        Assert.Equal(0x40011, transport.Invoke(17).Value);
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_HYPERCALL] = _ => HypercallResult.Failure(XenAbi.XEN_EPERM);
        Assert.Equal(XenAbi.XEN_EPERM, transport.Invoke(17).Errno);
    }

    [Fact]
    public void Device_model_operation_names_its_domain_and_its_buffers()
    {
        using var transport = PrivcmdTransport.Open(_kernel);
        var buffers = stackalloc xen_dm_op_buf[2];
        var expected = (nint)buffers;
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_DM_OP] = argument =>
        {
            var op = (privcmd_dm_op*)argument;
            Assert.Equal(Guest.Value, op->dom);
            Assert.Equal(2, op->num);
            Assert.Equal(expected, (nint)op->ubufs);
            return new HypercallResult(5);
        };
        Assert.Equal(5, transport.DeviceModelOp(Guest, buffers, 2).Value);
    }

    [Fact]
    public void More_buffers_than_the_kernels_number_holds_are_E2BIG_as_the_kernel_would_say()
    {
        using var transport = PrivcmdTransport.Open(_kernel);
        _kernel.TakeCalls();
        Assert.Equal(XenAbi.XEN_E2BIG, transport.DeviceModelOp(Guest, null, 0x10000).Errno);
        Assert.Empty(_kernel.Calls);
    }

    [Fact]
    public void Restriction_names_the_domain_and_tells_what_the_kernel_says()
    {
        var log = new ListLogger();
        using var transport = PrivcmdTransport.Open(_kernel, log);
        ushort domain = 0;
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_RESTRICT] = argument =>
        {
            domain = *(ushort*)argument;
            return default;
        };
        Assert.True(transport.Restrict(Guest).IsSuccess);
        Assert.Equal(Guest.Value, domain);
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_RESTRICT] = _ => HypercallResult.Failure(XenAbi.XEN_EINVAL);
        Assert.Equal(XenAbi.XEN_EINVAL, transport.Restrict(new DomainId(8)).Errno);
        Assert.Equal(
            [
                "101 /dev/xen/privcmd is restricted to domain 7",
                "102 /dev/xen/privcmd cannot be restricted to domain 8: EINVAL",
            ],
            log.Lines.TakeLast(2));
    }

    [Fact]
    public void After_disposal_calls_answer_EBADF_and_there_are_no_buffers()
    {
        var transport = PrivcmdTransport.Open(_kernel);
        var held = transport.AcquireBuffer(100);
        var large = transport.AcquireBuffer(5000);
        transport.ReleaseBuffer(transport.AcquireBuffer(200));
        transport.Dispose();
        transport.Dispose();
        Assert.All(_kernel.Opened, file => Assert.Equal(1, file.Closings));
        Assert.Equal(2, _kernel.Opened.Count);

        Assert.Equal(XenAbi.XEN_EBADF, transport.Invoke(17).Errno);
        Assert.Equal(XenAbi.XEN_EBADF, transport.DeviceModelOp(Guest, null, 0).Errno);
        Assert.Equal(XenAbi.XEN_EBADF, transport.Restrict(Guest).Errno);
        Assert.True(transport.AcquireBuffer(1) is null);
        Assert.True(transport.AcquireBuffer(5000) is null);

        // What was taken before is good until it is given back, and nothing remains then.
        *(byte*)held = 1;
        *(byte*)large = 1;
        transport.ReleaseBuffer(held);
        transport.ReleaseBuffer(large);
        Assert.Empty(_kernel.Mapped);
        Assert.Equal(0, _kernel.WrongUnmaps);
    }

    [Fact]
    public void Page_is_taken_from_the_driver_once_and_zeroed_each_time()
    {
        using var transport = PrivcmdTransport.Open(_kernel);
        _kernel.TakeCalls();
        for (var round = 0; round < 10; round++)
        {
            var buffer = transport.AcquireBuffer(XenPage.Size);
            Assert.Equal(-1, new Span<byte>(buffer, XenPage.Size).IndexOfAnyExcept((byte)0));
            new Span<byte>(buffer, XenPage.Size).Fill(0xff);
            transport.ReleaseBuffer(buffer);
        }

        Assert.StartsWith("mmap 1000 ", Assert.Single(_kernel.TakeCalls()), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_page_is_given_back_at_once_and_more_than_the_limit_is_refused()
    {
        using var transport = PrivcmdTransport.Open(_kernel);
        var buffer = transport.AcquireBuffer(XenPage.Size + 1);
        Assert.Equal(0u, (nuint)buffer % 16);
        Assert.Single(_kernel.Mapped);
        transport.ReleaseBuffer(buffer);
        Assert.Empty(_kernel.Mapped);
        Assert.Equal(0, _kernel.WrongUnmaps);
        Assert.True(transport.AcquireBuffer(IHypercallTransport.MaximumBufferSize + 1) is null);
        Assert.Empty(_kernel.Mapped);
    }

    [Fact]
    public void Without_the_buffer_driver_memory_is_locked_and_not_inherited()
    {
        _kernel.Missing[XenDevice.Hypercall] = XenAbi.XEN_ENOENT;
        var log = new ListLogger();
        using var transport = PrivcmdTransport.Open(_kernel, log);
        Assert.Equal("103 no /dev/xen/hypercall: hypercalls get locked memory", Assert.Single(log.Lines));
        _kernel.TakeCalls();
        Assert.True(transport.AcquireBuffer(1) is not null);
        const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_LOCKED;
        Assert.Equal(
            [$"mmap 1000 prot 3 flags {Flags:x} offset 0", $"madvise {Libc.MADV_DONTFORK}"], _kernel.TakeCalls());

        _kernel.AdviseErrors.Enqueue(XenAbi.XEN_EINVAL);
        Assert.True(transport.AcquireBuffer(1) is null);
        Assert.Single(_kernel.Mapped);
        _kernel.MapErrors.Enqueue(XenAbi.XEN_EAGAIN);
        Assert.True(transport.AcquireBuffer(1) is null);
        Assert.Equal(0, _kernel.WrongUnmaps);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Disposal_while_buffers_come_and_go_leaves_none_mapped(int seed)
    {
        var transport = PrivcmdTransport.Open(_kernel);
        var workers = Enumerable.Range(0, 4).Select(worker => new Thread(() => Work(transport, (seed * 10) + worker)));
        Thread[] threads = [.. workers, new Thread(transport.Dispose)];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Empty(_kernel.Mapped);
        Assert.Equal(0, _kernel.WrongUnmaps);

        static void Work(PrivcmdTransport transport, int seed)
        {
            var random = new Random(seed);
            for (var round = 0; round < 300; round++)
            {
                var buffer = transport.AcquireBuffer((nuint)random.Next(4, 2 * XenPage.Size));
                if (buffer is not null)
                    *(int*)buffer = round;
                transport.ReleaseBuffer(buffer);
            }
        }
    }
}
