using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;

namespace Xen.Privcmd.Probe;

/// <summary>This machine.</summary>
internal sealed class LinuxHostFacts : IHostFacts
{
    // What is read here has a line or two.
    private const int LongestText = 4096;

    /// <inheritdoc/>
    public bool IsLinux => OperatingSystem.IsLinux();

    /// <inheritdoc/>
    public bool IsPrivileged => Environment.IsPrivilegedProcess;

    /// <inheritdoc/>
    public Architecture ProcessArchitecture => RuntimeInformation.ProcessArchitecture;

    /// <inheritdoc/>
    public Architecture KernelArchitecture => RuntimeInformation.OSArchitecture;

    /// <inheritdoc/>
    public bool Exists(string path) => Path.Exists(path);

    /// <inheritdoc/>
    public string? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> text = stackalloc byte[LongestText];
            var length = file.ReadAtLeast(text, LongestText, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(text[..length]).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SecurityException)
        {
            return null;
        }
    }
}
