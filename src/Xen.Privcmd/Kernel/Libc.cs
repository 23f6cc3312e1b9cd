using System.Runtime.InteropServices;

namespace Xen.Privcmd.Kernel;

/// <summary>The C library calls that Xen's device files need, and their numbers. <see cref="LinuxKernel"/> makes them.</summary>
internal static unsafe partial class Libc
{
    internal const int O_RDWR = 2;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;

    internal const int PROT_NONE = 0;
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;

    internal const int MAP_SHARED = 0x01;
    internal const int MAP_PRIVATE = 0x02;
    internal const int MAP_FIXED = 0x10;
    internal const int MAP_ANONYMOUS = 0x20;
    internal const int MAP_NORESERVE = 0x4000;
    internal const int MAP_LOCKED = 0x2000;
    internal const nint MAP_FAILED = -1;

    internal const int MADV_DONTFORK = 10;

    internal const short POLLIN = 1;

    internal const int EINTR = 4;
    internal const int ENOTTY = 25;
    internal const int EFBIG = 27;

    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags);

    // These tell their error by errno, which LinuxKernel reads right after a call that failed: to have it kept for each
    // call, whether it failed or not, costs as much as the way into the kernel.
    [LibraryImport(Library)]
    internal static partial int ioctl(int fd, ulong request, void* argument);

    [LibraryImport(Library)]
    internal static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Library)]
    internal static partial int munmap(nint address, nuint length);

    [LibraryImport(Library)]
    internal static partial int madvise(nint address, nuint length, int advice);

    [LibraryImport(Library)]
    internal static partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport(Library)]
    internal static partial nint write(int fd, void* buffer, nuint count);

    [LibraryImport(Library)]
    internal static partial int poll(PollFd* fds, nuint count, int timeout);

    [LibraryImport(Library)]
    internal static partial int eventfd(uint initial, int flags);

    /// <summary>C origin: <c>struct pollfd</c>, poll(2).</summary>
    internal struct PollFd(int fd, short events)
    {
        internal readonly int Fd = fd;
        internal readonly short Events = events;

        /// <summary>Filled by the kernel.</summary>
        internal short Returned = 0;
    }
}
