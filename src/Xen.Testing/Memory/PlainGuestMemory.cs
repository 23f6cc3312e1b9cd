using System;
using System.Threading;
using Xen.Machine;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Memory;

/// <summary>Guest memory made of ordinary arrays, for tests and demonstrations without a hypervisor.</summary>
/// <remarks>
/// Behaves as the memory of a real guest does: several banks with holes between them, spans that stay valid while a
/// view lives, and a guest that can die (<see cref="Disconnect"/>).
/// </remarks>
public sealed class PlainGuestMemory : IGuestMemory
{
    private readonly GuestMemoryMap _map;
    private readonly GuestMemoryMap _nothing = new Map([]);
    private GuestMemoryMap _current;

    /// <summary>Makes one bank at guest physical address 0.</summary>
    /// <param name="length">Length in bytes.</param>
    public PlainGuestMemory(int length)
        : this(new GuestBank(0, length))
    {
    }

    /// <summary>Makes memory out of banks.</summary>
    /// <param name="banks">The banks; they do not overlap.</param>
    public PlainGuestMemory(params GuestBank[] banks)
    {
        ArgumentNullException.ThrowIfNull(banks);
        _map = new Map(banks);
        _current = _map;
    }

    /// <summary>Shows the memory of a simulated domain, as the domain itself sees it.</summary>
    /// <param name="domain">The domain, which stays referenced.</param>
    public PlainGuestMemory(SimulatedDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        _map = new DomainMap(domain);
        _current = _map;
    }

    /// <inheritdoc/>
    public GuestMemoryView Enter()
    {
        var map = Volatile.Read(ref _current);
        map.TryPin();
        return new GuestMemoryView(map);
    }

    /// <summary>The guest is gone: every access through a view that is entered from now on fails.</summary>
    public void Disconnect() => Volatile.Write(ref _current, _nothing);

    /// <summary>Reaches memory as the guest's own processor does, whatever the devices may still see.</summary>
    /// <param name="address">Guest physical address.</param>
    /// <param name="length">Length in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not wholly inside one bank.</exception>
    public Span<byte> Span(ulong address, int length) =>
        _map.TryGetSpan(address, length, GuestAccess.Write, out var span)
            ? span
            : throw new ArgumentOutOfRangeException(nameof(address), $"{address:#x}+{length:#x} is not guest memory");

    private sealed class Map : GuestMemoryMap
    {
        private readonly GuestBank[] _banks;
        private readonly byte[][] _bytes;

        public Map(GuestBank[] banks)
        {
            _banks = banks;

            // Pinned arrays do not move and start at an aligned address, as mapped pages do.
            _bytes = Array.ConvertAll(banks, bank => GC.AllocateArray<byte>(bank.Length, pinned: true));
        }

        public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
        {
            for (var i = 0; i < _banks.Length; i++)
            {
                var offset = address - _banks[i].Address;
                if (address >= _banks[i].Address && offset <= (ulong)_banks[i].Length
                    && (ulong)length <= (ulong)_banks[i].Length - offset)
                {
                    span = _bytes[i].AsSpan((int)offset, length);
                    return true;
                }
            }

            span = default;
            return false;
        }

        protected override void Release()
        {
            // The arrays belong to the garbage collector.
        }
    }

    private sealed class DomainMap(SimulatedDomain domain) : GuestMemoryMap
    {
        public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
        {
            var memory = domain.Memory;
            var isInside = address <= (ulong)memory.Length && (ulong)length <= (ulong)memory.Length - address;
            span = isInside ? memory.Slice((int)address, length) : default;
            return isInside;
        }

        protected override void Release()
        {
            // The pages are the domain's.
        }
    }
}
