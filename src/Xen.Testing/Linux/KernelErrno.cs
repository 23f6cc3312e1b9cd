namespace Xen.Testing.Linux;

/// <summary>Errnos of Linux that Xen does not have.</summary>
internal static class KernelErrno
{
    /// <summary>EINTR.</summary>
    internal const int Interrupted = 4;

    /// <summary>EFBIG.</summary>
    internal const int TooBig = 27;

    /// <summary>ENOTTY: no such ioctl.</summary>
    internal const int NotATerminal = 25;
}
