namespace Xen.Privcmd;

/// <summary>An ioctl of the privcmd driver, which not every kernel has.</summary>
/// <param name="Name">Without its prefix: <c>MMAP_RESOURCE</c>.</param>
/// <param name="Purpose">What it is for, in a few words.</param>
/// <param name="IsPresent">Whether the kernel has it; null if it could not be asked.</param>
/// <param name="Errno">What the harmless call that asks for it answered: 0, or positive.</param>
public sealed record XenDriverCall(string Name, string Purpose, bool? IsPresent, int Errno);
