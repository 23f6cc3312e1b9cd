using System;

namespace EndToEnd;

/// <summary>A run of a script that boots Xen with guests.</summary>
internal static class LabScenario
{
    /// <summary>
    /// Runs it, and once more if the machine stood still: dom0's init did not answer for two minutes, which a busy or dead
    /// daemon does not bring about. If it is Xen that a device model stops, it does so again.
    /// </summary>
    /// <param name="log">Gets what is printed.</param>
    /// <param name="script">The script; it makes its files anew.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static Script Run(ITestOutputHelper log, string script, params string[] arguments)
    {
        var run = Script.Run(log, script, arguments);
        if (run.ExitCode == 0 || !run.Errors.Contains("lab: the machine stood still", StringComparison.Ordinal))
            return run;
        log.WriteLine("The machine stood still, so nothing was tested. Once more:");
        return Script.Run(log, script, arguments);
    }
}
