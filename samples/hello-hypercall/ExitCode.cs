namespace HelloHypercall;

/// <summary>The exit codes, which scripts may rely on.</summary>
internal static class ExitCode
{
    internal const int Usable = 0;
    internal const int Unusable = 1;
    internal const int Usage = 2;
}
