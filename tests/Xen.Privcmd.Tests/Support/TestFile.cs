using System.Runtime.InteropServices;
using System.Threading;

namespace Xen.Privcmd.Tests.Support;

/// <summary>An open file of <see cref="ScriptedKernel"/>, which counts how often it is closed.</summary>
internal sealed class TestFile : SafeHandle
{
    private static int s_last = 5000;
    private int _closings;

    public TestFile()
        : base(-1, ownsHandle: true) => SetHandle(Interlocked.Increment(ref s_last));

    public int Closings => Volatile.Read(ref _closings);

    public override bool IsInvalid => false;

    protected override bool ReleaseHandle()
    {
        Interlocked.Increment(ref _closings);
        return true;
    }
}
