namespace Xen.Testing.Linux;

/// <summary>A system call that <see cref="KernelFaults"/> can make fail.</summary>
public enum KernelCall
{
    /// <summary>open(2).</summary>
    Open,

    /// <summary>eventfd(2).</summary>
    CreateEvent,

    /// <summary>ioctl(2).</summary>
    Ioctl,

    /// <summary>read(2).</summary>
    Read,

    /// <summary>write(2).</summary>
    Write,

    /// <summary>poll(2), also one that is under way.</summary>
    Poll,

    /// <summary>mmap(2).</summary>
    Map,

    /// <summary>munmap(2).</summary>
    Unmap,

    /// <summary>madvise(2).</summary>
    Advise,
}
