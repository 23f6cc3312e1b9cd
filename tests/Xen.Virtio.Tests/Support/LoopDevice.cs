using System;
using System.Diagnostics;
using System.IO;

namespace Xen.Virtio.Tests.Support;

/// <summary>A block device of the host over a file, made by <c>losetup</c>; needs root and the loop driver.</summary>
internal sealed class LoopDevice : IDisposable
{
    private LoopDevice(string path) => Path = path;

    public string Path { get; }

    /// <summary>Whether this machine can make one.</summary>
    public static bool IsSupported => Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control");

    /// <summary>Makes a device.</summary>
    public static LoopDevice Create(string file, int sectorSize = 512) =>
        new(Run("--find", "--show", "--sector-size", $"{sectorSize}", file));

    /// <summary>Takes over a change of the file's length.</summary>
    public void Refresh() => Run("--set-capacity", Path);

    public void Dispose() => Run("--detach", Path);

    private static string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("losetup", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"losetup: {errors.GetAwaiter().GetResult()}");
    }
}
