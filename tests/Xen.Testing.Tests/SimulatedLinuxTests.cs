using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests;

/// <summary>Raw system calls on a simulated Linux, with what the tests measured on the real one expect.</summary>
public sealed unsafe partial class SimulatedLinuxTests : IDisposable
{
    private const int Access = Libc.PROT_READ | Libc.PROT_WRITE;
    private const int ENOTTY = 25;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly SafeHandle _privcmd;
    private readonly List<(nint Address, nuint Length)> _mapped = [];

    public SimulatedLinuxTests()
    {
        _domain = _xen.CreateDomain(7, vcpus: 2, frames: 16);
        _privcmd = Open(XenDevice.Privcmd);
    }

    private IKernel Kernel => _xen.Linux;

    public void Dispose()
    {
        foreach (var (address, length) in _mapped)
            _ = Kernel.Unmap(address, length);
        _privcmd.Dispose();
    }

    private static int Errno(HypercallResult result) => result.Errno;

    private SafeHandle Open(string path, int flags = Libc.O_RDWR)
    {
        Assert.Equal(0, Kernel.Open(path, flags, out var file).Errno);
        return file!;
    }

    private byte* Map(SafeHandle file, int pages, int protection = Access, ulong offset = 0)
    {
        var length = (nuint)pages * 4096;
        Assert.Equal(0, Kernel.Map(0, length, protection, Libc.MAP_SHARED, file, offset, out var address).Errno);
        _mapped.Add((address, length));
        return (byte*)address;
    }

    private HypercallResult Ioctl<T>(SafeHandle file, ulong request, T argument)
        where T : unmanaged => Kernel.Ioctl(file, request, &argument);

    private HypercallResult Batch(byte* address, ReadOnlySpan<ulong> gfns, Span<int> errors, ushort? domain = null)
    {
        fixed (ulong* list = gfns)
        fixed (int* results = errors)
        {
            return Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2, new privcmd_mmapbatch_v2
            {
                num = (uint)gfns.Length,
                dom = domain ?? _domain.Id.Value,
                addr = (ulong)address,
                arr = list,
                err = results,
            });
        }
    }

    private HypercallResult Resource(byte* address, uint type, uint id, uint index, ulong count, out ulong size)
    {
        var resource = new privcmd_mmap_resource
        {
            dom = _domain.Id.Value, type = type, id = id, idx = index, num = count, addr = (ulong)address,
        };
        var result = Kernel.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, &resource);
        size = resource.num;
        return result;
    }

    private HypercallResult DeviceModelOp(
        uint op, ulong size, ushort? domain = null, ushort count = 1, uint pad = 0, SafeHandle? file = null)
    {
        var memory = stackalloc byte[8192];
        new Span<byte>(memory, 8192).Clear();
        *(uint*)memory = op;
        *((uint*)memory + 1) = pad;
        var buffers = stackalloc privcmd_dm_op_buf[20];
        for (var i = 0; i < 20; i++)
            buffers[i] = new privcmd_dm_op_buf { uptr = memory, size = size };
        return Ioctl(file ?? _privcmd, XenAbi.IOCTL_PRIVCMD_DM_OP, new privcmd_dm_op
        {
            dom = domain ?? _domain.Id.Value, num = count, ubufs = buffers,
        });
    }
}
