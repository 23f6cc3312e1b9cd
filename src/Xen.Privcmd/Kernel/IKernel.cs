using System;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Privcmd.Kernel;

/// <summary>The system calls that reach the Xen drivers: those of Linux, or of a simulated one.</summary>
/// <remarks>
/// Each answers its result, or the negative errno, read right after the call; none throws, but for a file that was closed
/// (<see cref="ObjectDisposedException"/>). A file is kept open for the duration of a call. Thread-safe.
/// </remarks>
internal unsafe interface IKernel
{
    /// <summary>The most files that <see cref="Poll"/> looks at.</summary>
    public const int MaximumPolled = 1024;

    /// <summary>The host's page, in bytes: a power of two, and at least <see cref="XenPage.Size"/>.</summary>
    int PageSize { get; }

    /// <summary>open(2), with O_CLOEXEC.</summary>
    HypercallResult Open(string path, int flags, out SafeHandle? file);

    /// <summary>eventfd(2), not blocking, with O_CLOEXEC.</summary>
    HypercallResult CreateEvent(out SafeHandle? file);

    /// <summary>ioctl(2), again after EINTR.</summary>
    HypercallResult Ioctl(SafeHandle file, ulong request, void* argument);

    /// <summary>read(2).</summary>
    HypercallResult Read(SafeHandle file, void* buffer, nuint count);

    /// <summary>write(2).</summary>
    HypercallResult Write(SafeHandle file, void* buffer, nuint count);

    /// <summary>poll(2) for reading.</summary>
    /// <param name="files">At most <see cref="MaximumPolled"/> files.</param>
    /// <param name="ready">As long. Filled: which of them can be read, or have failed.</param>
    /// <param name="milliseconds">How long at most; -1 for ever.</param>
    /// <returns>How many are ready; 0 after the time.</returns>
    HypercallResult Poll(ReadOnlySpan<SafeHandle> files, Span<bool> ready, int milliseconds);

    /// <summary>mmap(2).</summary>
    HypercallResult Map(
        nint hint, nuint length, int protection, int flags, SafeHandle? file, ulong offset, out nint address);

    /// <summary>munmap(2).</summary>
    HypercallResult Unmap(nint address, nuint length);

    /// <summary>madvise(2).</summary>
    HypercallResult Advise(nint address, nuint length, int advice);

    /// <summary>nanosleep(2): before something is tried again.</summary>
    void Pause(TimeSpan time);
}
