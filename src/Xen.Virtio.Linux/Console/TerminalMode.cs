using System;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Console;

/// <summary>Raw mode of terminals: bytes pass as they are.</summary>
internal static class TerminalMode
{
    /// <summary>Sets raw mode.</summary>
    /// <param name="terminal">Which.</param>
    /// <param name="before">For <see cref="Restore"/>.</param>
    /// <returns>Whether it is a terminal, and took it.</returns>
    public static bool TrySetRaw(SafeFileHandle terminal, out byte[] before)
    {
        before = new byte[Posix.TermiosRoom];
        if (Posix.Tcgetattr(terminal, before) < 0)
            return false;
        var raw = before.AsSpan().ToArray();
        Posix.Cfmakeraw(raw);
        return Posix.Tcsetattr(terminal, Posix.TCSANOW, raw) == 0;
    }

    /// <summary>Sets the mode that was there before.</summary>
    public static void Restore(SafeFileHandle terminal, byte[] before) =>
        Posix.Tcsetattr(terminal, Posix.TCSANOW, before);
}
