namespace System.Runtime.InteropServices;

/// <summary>The numbers are those of .NET.</summary>
public enum Architecture
{
    X86 = 0,
    X64 = 1,
    Arm = 2,
    Arm64 = 3,
}

public static class RuntimeInformation
{
#if ARM64
    public static Architecture ProcessArchitecture => Architecture.Arm64;
#else
    public static Architecture ProcessArchitecture => Architecture.X64;
#endif
}
