using System.Runtime.InteropServices;

namespace Xen.Testing.Linux;

/// <summary>What a process points its kernel to: an address that is none is EFAULT, and not the end of the process.</summary>
// SAFETY: the host's kernel copies, and refuses addresses where nothing is; its other side is memory of this class's callers,
// of the size that is copied.
internal static unsafe partial class UserMemory
{
    private const int Unavailable = 38;
    private const int Forbidden = 1;

    internal static bool TryRead<T>(void* address, out T value)
        where T : unmanaged
    {
        value = default;

        // SAFETY: the target is as large as what is read.
        fixed (T* target = &value)
            return TryRead(address, target, (nuint)sizeof(T));
    }

    internal static bool TryWrite<T>(void* address, T value)
        where T : unmanaged => Copy(&value, address, (nuint)sizeof(T), isWrite: true);

    internal static bool TryReadList(ulong address, uint[] target)
    {
        // SAFETY: the list is as long as what is read.
        fixed (uint* list = target)
            return TryRead((void*)address, list, (nuint)target.Length * sizeof(uint));
    }

    internal static bool TryRead(void* address, void* target, nuint length) => Copy(target, address, length, isWrite: false);

    internal static bool TryWrite(void* address, void* source, nuint length) =>
        Copy(source, address, length, isWrite: true);

    /// <summary>Whether there is memory for all of a buffer.</summary>
    internal static bool Exists(void* address, nuint length)
    {
        byte unused;
        if (length == 0)
            return true;
        if ((nuint)address > nuint.MaxValue - length)
            return false;
        for (nuint offset = 0; offset < length; offset += (nuint)Sys.XenPage.Size)
        {
            if (!TryRead((byte*)address + offset, &unused, 1))
                return false;
        }

        return TryRead((byte*)address + length - 1, &unused, 1);
    }

    private static bool Copy(void* own, void* users, nuint length, bool isWrite)
    {
        if (length == 0)
            return true;
        var local = new Piece { Address = own, Length = length };
        var remote = new Piece { Address = users, Length = length };
        var done = isWrite
            ? process_vm_writev(System.Environment.ProcessId, &local, 1, &remote, 1, 0)
            : process_vm_readv(System.Environment.ProcessId, &local, 1, &remote, 1, 0);
        if (done >= 0)
            return (nuint)done == length;
        if (Marshal.GetLastPInvokeError() is not (Unavailable or Forbidden) || users is null)
            return false;

        // SAFETY: both sides are as long as is copied; hosts that forbid the calls above give no protection from addresses
        // that are none.
        if (isWrite)
            NativeMemory.Copy(own, users, length);
        else
            NativeMemory.Copy(users, own, length);
        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint process_vm_readv(int pid, Piece* local, nuint locals, Piece* remote, nuint remotes, nuint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint process_vm_writev(int pid, Piece* local, nuint locals, Piece* remote, nuint remotes, nuint flags);

    /// <summary>C origin: <c>struct iovec</c>.</summary>
    private struct Piece
    {
        internal void* Address;
        internal nuint Length;
    }
}
