using System;
using System.Threading;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Privcmd;
using Xen.Sys;

namespace Xen.Benchmarks.Dom0;

/// <summary>The guest's accesses to a device, answered by the SDK's IOREQ server.</summary>
internal sealed class Requests(
    PrivcmdTransport transport, PrivcmdForeignMemory memory, DomctlInterface domctl, DomainId guest)
{
    // As in benchmarks/peers/guest.h.
    private const ulong DeviceAddress = 0x0a000000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    internal Turn Serve(int requests)
    {
        using var channels = LinuxEventChannels.Open();
        using var guestMemory = new ForeignGuestMemory(memory, guest);
        using var device = new CountingDevice(requests);
        using var server = IoreqServer.Create(transport, memory, channels, guest, guestMemory);
        server.MapMmio(DeviceAddress, device);
        server.Start();
        Domctl.UnpauseDomain(transport, domctl, guest).OrThrow("domctl unpausedomain", guest);
        var isDone = device.Done.Wait(Patience);
        Domctl.PauseDomain(transport, domctl, guest).OrThrow("domctl pausedomain", guest);
        return isDone ? device.Turn : throw new InvalidOperationException("the guest made too few requests");
    }

    /// <summary>Counts accesses, and times all but the first ones. Used by the server's thread only.</summary>
    private sealed class CountingDevice(int requests) : IMmioDevice, IDisposable
    {
        private const int WarmUp = 20;
        private const uint ReadValue = 0x11223344;

        private long _start;
        private long _allocated;
        private int _count;

        internal ManualResetEventSlim Done { get; } = new();

        internal Turn Turn { get; private set; }

        public ulong Length => 0x200;

        public IoResult Read(ulong offset, Span<byte> data)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(data, ReadValue);
            Count();
            return IoResult.Ok;
        }

        public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
        {
            Count();
            return IoResult.Ok;
        }

        public void Dispose() => Done.Dispose();

        private void Count()
        {
            _count++;
            if (_count == WarmUp)
            {
                _allocated = GC.GetAllocatedBytesForCurrentThread();
                _start = System.Diagnostics.Stopwatch.GetTimestamp();
            }
            else if (_count == WarmUp + requests)
            {
                var time = System.Diagnostics.Stopwatch.GetElapsedTime(_start);
                Turn = new Turn(time, GC.GetAllocatedBytesForCurrentThread() - _allocated);
                Done.Set();
            }
        }
    }
}
