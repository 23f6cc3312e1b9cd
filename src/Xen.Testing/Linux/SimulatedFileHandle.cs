using System.Runtime.InteropServices;

namespace Xen.Testing.Linux;

/// <summary>A process's descriptor of an open file of a simulated Linux.</summary>
/// <remarks>The number is none that the host's kernel knows: given to it, it is EBADF.</remarks>
internal sealed class SimulatedFileHandle : SafeHandle
{
    private readonly SimulatedLinux _linux;

    internal SimulatedFileHandle(SimulatedLinux linux, SimulatedFile file, int number)
        : base(-1, ownsHandle: true)
    {
        _linux = linux;
        File = file;
        SetHandle(number);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    internal SimulatedFile File { get; }

    internal int Number => (int)handle;

    internal bool IsOf(SimulatedLinux linux) => _linux == linux;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _linux.Close(this);
        return true;
    }
}
