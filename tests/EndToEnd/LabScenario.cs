namespace EndToEnd;

/// <summary>A run of a script that boots Xen with guests, and keeps what they printed.</summary>
internal static class LabScenario
{
    /// <summary>Runs it, and once more if the emulator has broken a guest, which it says.</summary>
    /// <param name="log">Gets what is printed.</param>
    /// <param name="folder">Where its files go: the name below <see cref="LabMaterial.RunFolder"/>.</param>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Its arguments, but for <c>--out</c>.</param>
    internal static Script Run(ITestOutputHelper log, string folder, string script, params string[] arguments)
    {
        var path = LabMaterial.RunFolder(folder);
        arguments = [.. arguments, "--out", path];
        var run = Script.Run(log, script, arguments);
        if (run.ExitCode == 0 || !EmulatorFault.IsIn(path))
            return run;
        log.WriteLine("A guest's processor had flags that no processor has: QEMU's fault, and nothing was tested. Once more:");
        return Script.Run(log, script, arguments);
    }
}
