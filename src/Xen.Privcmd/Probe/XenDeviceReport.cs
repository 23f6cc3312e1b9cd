namespace Xen.Privcmd;

/// <summary>A device file of Linux's Xen drivers.</summary>
/// <param name="Path">The file.</param>
/// <param name="Module">The kernel module that provides it; null if it is part of the kernel itself.</param>
/// <param name="Purpose">What it is for, in a few words.</param>
/// <param name="Exists">Whether there is such a file.</param>
/// <param name="Errno">0 if it could be opened; else why not, positive.</param>
public sealed record XenDeviceReport(string Path, string? Module, string Purpose, bool Exists, int Errno)
{
    /// <summary>Whether it could be opened for reading and writing.</summary>
    public bool IsUsable => Errno == 0;
}
