using System.Runtime.InteropServices;

namespace Xen.Headers.Libclang;

/// <summary>Takes over libclang's strings.</summary>
internal static unsafe class ClangText
{
    public static string Take(CXString text)
    {
        // SAFETY: libclang's string stays valid until disposed, which happens after the copy, exactly once.
        string value = Marshal.PtrToStringUTF8((nint)NativeMethods.clang_getCString(text)) ?? "";
        NativeMethods.clang_disposeString(text);
        return value;
    }
}
