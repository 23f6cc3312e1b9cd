using System;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Conformance.Golden;

/// <summary>A device file of Xen's drivers, asked without any of the care that Xen.Privcmd takes.</summary>
internal sealed unsafe class RawDevice : IDisposable
{
    internal const string Privcmd = "/dev/xen/privcmd";
    internal const string EventChannel = "/dev/xen/evtchn";
    internal const string GrantDevice = "/dev/xen/gntdev";

    private readonly IKernel _kernel;
    private readonly SafeHandle _file;

    internal RawDevice(IKernel kernel, string path, int flags = 0)
    {
        _kernel = kernel;
        kernel.Open(path, Libc.O_RDWR | flags, out var file).OrThrow("open " + path);
        _file = file!;
    }

    internal HypercallResult Ioctl(ulong request) => _kernel.Ioctl(_file, request, null);

    internal HypercallResult Ioctl<T>(ulong request, ref T argument)
        where T : unmanaged
    {
        fixed (T* pinned = &argument)
            return _kernel.Ioctl(_file, request, pinned);
    }

    internal HypercallResult DeviceModelOp(DomainId domain, ref xen_dm_op operation) =>
        DeviceModelOp(domain, MemoryMarshal.AsBytes(new Span<xen_dm_op>(ref operation)));

    /// <summary>DM_OP with one buffer, or with the same one several times.</summary>
    internal HypercallResult DeviceModelOp(DomainId domain, Span<byte> buffer, int count = 1)
    {
        fixed (byte* pinned = buffer)
        {
            var buffers = stackalloc privcmd_dm_op_buf[Math.Max(count, 1)];
            for (var i = 0; i < count; i++)
                buffers[i] = new() { uptr = pinned, size = (ulong)buffer.Length };
            var op = new privcmd_dm_op { dom = domain.Value, num = (ushort)count, ubufs = buffers };
            return Ioctl(XenAbi.IOCTL_PRIVCMD_DM_OP, ref op);
        }
    }

    internal HypercallResult MapBatch(nint address, DomainId domain, ulong[] frames, int[] errors)
    {
        fixed (ulong* frame = frames)
        fixed (int* error = errors)
        {
            var batch = new privcmd_mmapbatch_v2
            {
                num = (uint)frames.Length,
                dom = domain.Value,
                addr = (ulong)address,
                arr = frame,
                err = error,
            };
            return Ioctl(XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2, ref batch);
        }
    }

    internal HypercallResult MapResource(
        DomainId domain, uint type, uint id, uint first, ref ulong count, nint address = 0)
    {
        var resource = new privcmd_mmap_resource
        {
            dom = domain.Value,
            type = type,
            id = id,
            idx = first,
            num = count,
            addr = (ulong)address,
        };
        var result = Ioctl(XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, ref resource);
        count = resource.num;
        return result;
    }

    internal HypercallResult Read(Span<byte> buffer)
    {
        fixed (byte* pinned = buffer)
            return _kernel.Read(_file, pinned, (nuint)buffer.Length);
    }

    internal HypercallResult Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* pinned = buffer)
            return _kernel.Write(_file, pinned, (nuint)buffer.Length);
    }

    internal bool CanRead(int milliseconds)
    {
        var ready = new bool[1];
        _kernel.Poll([_file], ready, milliseconds).OrThrow("poll");
        return ready[0];
    }

    internal RawMapping Map(int pages, bool isReadOnly = false, ulong offset = 0)
    {
        TryMap(pages, isReadOnly, offset, out var mapping).OrThrow("mmap");
        return mapping!;
    }

    internal HypercallResult TryMap(int pages, bool isReadOnly, ulong offset, out RawMapping? mapping)
    {
        var length = (nuint)pages * XenPage.Size;
        var protection = isReadOnly ? Libc.PROT_READ : Libc.PROT_READ | Libc.PROT_WRITE;
        var result = _kernel.Map(0, length, protection, Libc.MAP_SHARED, _file, offset, out var address);
        mapping = result.IsSuccess ? new RawMapping(_kernel, address, length) : null;
        return result;
    }

    public void Dispose() => _file.Dispose();
}
