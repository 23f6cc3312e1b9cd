using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>Mappings of a <see cref="SimulatedXen"/>'s domains, counted so that tests see what is left behind.</summary>
public sealed unsafe class SimulatedForeignMemory : IForeignMemory
{
    private readonly SimulatedXen _xen;
    private readonly Lock _gate = new();
    private readonly Dictionary<DomainId, int> _mappings = [];

    private int _refusal;

    internal SimulatedForeignMemory(SimulatedXen xen) => _xen = xen;

    /// <summary>Number of mappings and windows of a domain that have not been disposed.</summary>
    /// <param name="domain">The domain.</param>
    public int CountMappings(DomainId domain)
    {
        lock (_gate)
            return _mappings.GetValueOrDefault(domain);
    }

    /// <summary>The next population of a window, or the next window, is refused as a whole, once.</summary>
    /// <param name="errno">The positive error number to refuse it with.</param>
    public void RefuseNext(int errno) => Volatile.Write(ref _refusal, errno);

    /// <inheritdoc/>
    /// <remarks>The frames must be consecutive: simulated memory is one block.</remarks>
    public IForeignMapping Map(
        DomainId domain, ReadOnlySpan<GuestFrameNumber> frames, ForeignAccess access, Span<int> errors)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frames.Length);
        var first = frames[0].Value;
        var target = _xen.Find(domain);
        var held = new List<int>();
        for (var i = 0; i < frames.Length; i++)
        {
            if (frames[i].Value != first + (uint)i)
                throw new NotSupportedException("simulated mappings are of consecutive frames");
            errors[i] = Hold(target, frames[i].Value, held);
        }

        // SAFETY: an address only; accesses are to frames whose error is 0, which exist, and the mapping holds the
        // domain.
        var address = target is null ? null : target.Address + (first * XenPage.Size);
        return new Mapping(this, domain, target, held, address, frames.Length);
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
        if (type != XenAbi.XENMEM_resource_ioreq_server)
            throw new HypercallException("privcmd MMAP_RESOURCE", XenAbi.XEN_EOPNOTSUPP, domain);
        var target = _xen.Find(domain) ?? throw new HypercallException("privcmd MMAP_RESOURCE", XenAbi.XEN_ESRCH, domain);
        lock (target.Gate)
        {
            // Frame 0 is the buffered page, which no server has here.
            if (frame == 0 || target.FindServer((ushort)id) is not { } server)
                throw new HypercallException("privcmd MMAP_RESOURCE", XenAbi.XEN_ENOENT, domain);
            if (frame != 1 || count > server.PageCount)
                throw new HypercallException("privcmd MMAP_RESOURCE", XenAbi.XEN_EINVAL, domain);
            var held = new List<int>();
            for (var i = 0; i < count; i++)
                held.Add(server.FrameAt(frame + (uint)i));
            held.ForEach(target.Mapped);
            return new Mapping(this, domain, target, held, _xen.MachineMemory.Locate(held[0]), count);
        }
    }

    /// <inheritdoc/>
    public IForeignWindow OpenWindow(DomainId domain, ulong frameCount, ForeignAccess access)
    {
        var refusal = Interlocked.Exchange(ref _refusal, 0);
        return refusal == 0
            ? new Window(this, domain, frameCount)
            : throw new HypercallException("reserving address space for guest memory", refusal, domain);
    }

    private static int Hold(SimulatedDomain? domain, ulong gfn, List<int> held)
    {
        if (domain is null)
            return XenAbi.XEN_ESRCH;
        var error = domain.TryMap(gfn, out var frame);
        if (error == 0)
            held.Add(frame);
        return error;
    }

    private void Count(DomainId domain, int change)
    {
        // SAFETY: nothing changes the dictionary between the look-up and the addition, which are one statement under
        // the lock.
        lock (_gate)
            CollectionsMarshal.GetValueRefOrAddDefault(_mappings, domain, out _) += change;
    }

    private sealed class Mapping : ForeignMapping
    {
        private readonly SimulatedForeignMemory _owner;
        private readonly DomainId _domain;
        private readonly SimulatedDomain? _target;
        private readonly List<int> _held;

        internal Mapping(
            SimulatedForeignMemory owner,
            DomainId domain,
            SimulatedDomain? target,
            List<int> held,
            byte* address,
            int pageCount)
            : base(address, pageCount, ForeignAccess.ReadWrite, [])
        {
            _owner = owner;
            _domain = domain;
            _target = target;
            _held = held;
            owner.Count(domain, 1);
        }

        protected override void Unmap(byte* address, int pageCount)
        {
            _target?.Unmapped(_held.ToArray());
            _owner.Count(_domain, -1);
        }
    }

    private sealed class Window : IForeignWindow
    {
        private readonly SimulatedForeignMemory _owner;
        private readonly DomainId _id;
        private readonly SimulatedDomain? _domain;
        private readonly List<int> _held = [];
        private int _disposed;

        internal Window(SimulatedForeignMemory owner, DomainId id, ulong frameCount)
        {
            _owner = owner;
            _id = id;
            _domain = owner._xen.Find(id);
            FrameCount = frameCount;
            owner.Count(id, 1);
        }

        public byte* Address
        {
            get
            {
                ObjectDisposedException.ThrowIf(_disposed != 0, this);
                return _domain is null ? null : _domain.Address;
            }
        }

        public ulong FrameCount { get; }

        public HypercallResult Populate(GuestFrameNumber first, Span<int> errors)
        {
            var refusal = Interlocked.Exchange(ref _owner._refusal, 0);
            if (refusal != 0)
                return HypercallResult.Failure(refusal);

            for (var i = 0; i < errors.Length; i++)
                errors[i] = Retry(new GuestFrameNumber(first.Value + (uint)i));
            return default;
        }

        public int Retry(GuestFrameNumber frame) => Hold(_owner._xen.Find(_id), frame.Value, _held);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return;
            _domain?.Unmapped(_held.ToArray());
            _owner.Count(_id, -1);
        }
    }
}
