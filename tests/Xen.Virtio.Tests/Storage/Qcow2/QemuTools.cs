using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>QEMU's own programs for disk images: what qcow2 is, they say.</summary>
internal static class QemuTools
{
    private const int LeaksOnly = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly Lazy<(int Code, string Output)> s_installed = new(
        () => Run(RepositoryRoot.Combine("tests", "qemu", "tool"), "qemu-nbd", "--version"));

    /// <summary>Installs them if they are missing, once.</summary>
    public static void Install() => Assert.True(s_installed.Value.Code == 0, s_installed.Value.Output);

    /// <summary>Runs qemu-img, which must succeed.</summary>
    public static string Img(params string[] arguments) => Succeed("qemu-img", arguments);

    /// <summary>Runs commands of qemu-io on an image, which must succeed.</summary>
    public static string Io(string image, params string[] commands)
    {
        var arguments = new List<string> { "-f", "qcow2", image };
        foreach (var command in commands)
            arguments.AddRange(["-c", command]);
        var output = Succeed("qemu-io", [.. arguments]);
        Assert.DoesNotContain("failed", output, StringComparison.Ordinal);
        return output;
    }

    /// <summary>Runs qemu-io, whatever becomes of it.</summary>
    public static void CrashIo(string image, params string[] commands)
    {
        Install();
        var arguments = new List<string> { "-f", "qcow2", image };
        foreach (var command in commands)
            arguments.AddRange(["-c", command]);
        Run("qemu-io", [.. arguments, "-c", "abort"]);
    }

    /// <summary>Asserts that an image is consistent.</summary>
    /// <param name="image">Its path.</param>
    /// <param name="mayLeak">Whether clusters may be lost to use.</param>
    /// <param name="context">What to say if it is not.</param>
    public static void Check(string image, bool mayLeak = false, string context = "")
    {
        Install();
        var (code, output) = Run("qemu-img", "check", "-f", "qcow2", image);
        Assert.True(code == 0 || (mayLeak && code == LeaksOnly), $"{context} qemu-img check: {code}\n{output}");
    }

    /// <summary>What the disk in an image is, as QEMU sees it.</summary>
    public static byte[] Content(string image)
    {
        var raw = image + ".raw";
        Img("convert", "-f", "qcow2", "-O", "raw", image, raw);
        var content = File.ReadAllBytes(raw);
        File.Delete(raw);
        return content;
    }

    private static string Succeed(string program, string[] arguments)
    {
        Install();
        var (code, output) = Run(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {code}\n{output}");
        return output;
    }

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.True(Task.WhenAll(error, output).Wait(Limit), $"{program} does not end");
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }
}
