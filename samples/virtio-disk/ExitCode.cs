namespace VirtioDisk;

/// <summary>The exit codes, which scripts may rely on.</summary>
internal static class ExitCode
{
    internal const int Success = 0;
    internal const int Failure = 1;
    internal const int Usage = 2;
}
