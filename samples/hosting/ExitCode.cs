namespace VirtioHosting;

/// <summary>The exit codes, which scripts may rely on.</summary>
internal static class ExitCode
{
    /// <summary>Done; ended cleanly.</summary>
    internal const int Success = 0;

    /// <summary>Failed; the message says why.</summary>
    internal const int Failure = 1;

    /// <summary>Wrong options, or a guest or a device that cannot be served.</summary>
    internal const int Usage = 2;

    /// <summary>Permissions do not allow it.</summary>
    internal const int Denied = 3;

    /// <summary>No XenStore, or no daemon.</summary>
    internal const int NotRunning = 4;

    /// <summary>The daemon did not do it in time.</summary>
    internal const int Timeout = 5;

    /// <summary>Interrupted.</summary>
    internal const int Interrupted = 130;
}
