using System;
using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Foreign memory through <c>/dev/xen/privcmd</c>: mmap reserves, MMAPBATCH_V2 populates.</summary>
/// <remarks>Thread-safe. Mappings outlive this object; each is unmapped by its own disposal.</remarks>
public sealed unsafe class PrivcmdForeignMemory : IForeignMemory, IDisposable
{
    private const string DevicePath = "/dev/xen/privcmd";

    private readonly SafeFileHandle _privcmd;

    private PrivcmdForeignMemory(SafeFileHandle privcmd) => _privcmd = privcmd;

    /// <summary>Opens the driver.</summary>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static PrivcmdForeignMemory Open() => new(XenDevice.Open(DevicePath, "xen-privcmd"));

    /// <inheritdoc/>
    public IForeignMapping Map(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frames.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(errors.Length, frames.Length);

        var numbers = ArrayPool<ulong>.Shared.Rent(frames.Length);
        for (var i = 0; i < frames.Length; i++)
            numbers[i] = frames[i].Value;

        var mapping = Reserve(domain, frames.Length, access, "mmap of foreign frames");
        var batch = new MapBatch(_privcmd, domain);
        var result = batch.Populate(mapping.Address, numbers.AsSpan(0, frames.Length), errors);
        ArrayPool<ulong>.Shared.Return(numbers);
        if (result.IsSuccess)
            return mapping;

        mapping.Dispose();
        throw new HypercallException("privcmd MMAPBATCH_V2", result.Errno, domain);
    }

    /// <inheritdoc/>
    public IForeignMapping MapAt(
        byte* address, DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public long GetResourceSize(DomainId domain, uint type, uint id) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IForeignMapping MapResource(DomainId domain, uint type, uint id, ulong frame, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame, (ulong)uint.MaxValue);

        var mapping = Reserve(domain, count, ForeignAccess.ReadWrite, "mmap of a resource");
        var resource = new privcmd_mmap_resource
        {
            dom = domain.Value,
            type = type,
            id = id,
            idx = (uint)frame,
            num = (ulong)count,
            addr = (ulong)mapping.Address,
        };

        // SAFETY: the mapping is a fresh privcmd VMA of exactly this many pages.
        var result = Syscall.Ioctl(_privcmd, XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE, &resource);
        if (result.IsSuccess)
            return mapping;

        mapping.Dispose();
        throw new HypercallException("privcmd MMAP_RESOURCE", result.Errno, domain);
    }

    /// <inheritdoc/>
    public IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access) =>
        new PrivcmdForeignWindow(_privcmd, domain, frameCount, access);

    /// <summary>Closes the driver.</summary>
    public void Dispose() => _privcmd.Dispose();

    private PrivcmdMapping Reserve(DomainId domain, int pages, ForeignAccess access, string operation)
    {
        var length = (nuint)pages * XenPage.Size;
        var result = Syscall.Map(
            0, length, MapBatch.Protection(access), Libc.MAP_SHARED, _privcmd, out var address);
        return result.IsSuccess
            ? new PrivcmdMapping((byte*)address, pages, access)
            : throw new HypercallException(operation, result.Errno, domain);
    }
}
