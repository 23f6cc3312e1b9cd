using System;
using System.Runtime.InteropServices;

namespace Xen.Store;

/// <summary>Keeps a file from being closed, and its number from being another file's, while a system call has it.</summary>
internal readonly struct HeldFile : IDisposable
{
    private const int None = -1;

    private readonly SafeHandle? _file;

    /// <summary>Takes hold of a file.</summary>
    /// <param name="file">The file; null for none.</param>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal HeldFile(SafeHandle? file)
    {
        var isHeld = false;
        file?.DangerousAddRef(ref isHeld);
        _file = isHeld ? file : null;
    }

    /// <summary>Its number; -1 for none, which poll leaves out.</summary>
    internal int Number => (int)(_file?.DangerousGetHandle() ?? None);

    public void Dispose() => _file?.DangerousRelease();
}
