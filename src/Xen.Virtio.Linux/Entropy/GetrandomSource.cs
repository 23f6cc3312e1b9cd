using System;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Xen.Virtio.Devices.Entropy;

namespace Xen.Virtio.Linux.Entropy;

/// <summary>
/// The kernel's random number generator, getrandom(2): straight into guest memory, without a buffer or a library
/// between. Where that call fails, <see cref="RandomNumberGenerator"/>.
/// </summary>
/// <remarks>The first call after the host's start may wait until the kernel has gathered enough.</remarks>
public sealed partial class GetrandomSource : IEntropySource
{
    private const int Interrupted = 4;
    private const int BadAddress = 14;

    private readonly Getrandom _getrandom;

    internal GetrandomSource(Getrandom getrandom) => _getrandom = getrandom;

    /// <summary>Fills the beginning of a span.</summary>
    /// <returns>How many bytes; an errno, negative, if it failed.</returns>
    internal delegate nint Getrandom(Span<byte> destination);

    /// <summary>The one there is.</summary>
    public static GetrandomSource Instance { get; } = new(CallKernel);

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            // More than 256 bytes may be cut short by a signal.
            var count = _getrandom(destination);
            if (count > 0 && count <= destination.Length)
            {
                destination = destination[(int)count..];
            }
            else if (count == -BadAddress)
            {
                // The guest's memory is gone, and nothing else could write it.
                return;
            }
            else if (count != -Interrupted)
            {
                RandomNumberGenerator.Fill(destination);
                return;
            }
        }
    }

    private static nint CallKernel(Span<byte> destination)
    {
        const int NotImplemented = 38;
        try
        {
            // SAFETY: the reference is pinned for the call, and the kernel writes no more than the span's length.
            var count = Call(ref MemoryMarshal.GetReference(destination), (nuint)destination.Length, flags: 0);
            return count >= 0 ? count : -Marshal.GetLastPInvokeError();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return -NotImplemented;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    private static partial nint Call(ref byte buffer, nuint length, uint flags);
}
