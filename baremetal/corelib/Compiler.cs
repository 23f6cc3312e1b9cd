using System;
using System.Runtime;

// What the compiler to native code calls, by name.
namespace Internal.Runtime.CompilerHelpers;

internal static class StartupCodeHelpers
{
    // Calls to the hypercall stub go through these; there is no garbage collector to tell.
    [RuntimeExport("RhpPInvoke")]
    private static void BeginNativeCall(nint frame) { }

    [RuntimeExport("RhpPInvokeReturn")]
    private static void EndNativeCall(nint frame) { }

    // Of the entry of a library, which the compiler makes and nobody calls.
    [RuntimeExport("RhpReversePInvoke")]
    private static void BeginManagedCode(nint frame) { }

    [RuntimeExport("RhpReversePInvokeReturn")]
    private static void EndManagedCode(nint frame) { }

    [RuntimeExport("RhpFallbackFailFast")]
    private static void FailFast() => Fatal.Stop("a stack cookie was overwritten"u8);
}

internal static class ThrowHelpers
{
    private static void ThrowInvalidProgramException(int id) => Fatal.Stop("invalid program"u8);
    private static void ThrowInvalidProgramExceptionWithArgument(int id, string name) => Fatal.Stop("invalid program"u8);
    private static void ThrowOverflowException() => Fatal.Stop("arithmetic overflow"u8);
    private static void ThrowIndexOutOfRangeException() => Fatal.Stop("index out of range"u8);
    private static void ThrowDivideByZeroException() => Fatal.Stop("division by zero"u8);
    private static void ThrowNullReferenceException() => Fatal.Stop("null reference"u8);
    private static void ThrowTypeLoadException(int id, string type, string assembly) => Fatal.Stop("type not loaded"u8);
}
