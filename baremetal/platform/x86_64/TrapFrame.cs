namespace Xen.BareMetal;

/// <summary>The registers when the domain ended, as boot/x86_64/traps.S leaves them on the stack.</summary>
internal struct TrapFrame
{
    internal ulong R15, R14, R13, R12, R11, R10, R9, R8, Rdi, Rsi, Rbp, Rbx, Rdx, Rcx, Rax;
    internal ulong Vector, ErrorCode, Rip, Cs, Rflags, Rsp, Ss;
}
