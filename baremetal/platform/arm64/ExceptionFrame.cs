namespace Xen.BareMetal;

/// <summary>The registers when the domain ended, as boot/arm64/exceptions.S leaves them on the stack.</summary>
internal unsafe struct ExceptionFrame
{
    internal fixed ulong X[31];
    internal ulong Sp, Elr, Spsr, Esr, Vector;
}
