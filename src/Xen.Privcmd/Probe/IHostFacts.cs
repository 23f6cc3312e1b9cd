using System.Runtime.InteropServices;

namespace Xen.Privcmd.Probe;

/// <summary>What a probe asks of the machine beside its Xen drivers.</summary>
internal interface IHostFacts
{
    /// <summary>Whether there is a Linux at all.</summary>
    bool IsLinux { get; }

    /// <summary>Whether this process has the rights of root.</summary>
    bool IsPrivileged { get; }

    /// <summary>What this process was built for.</summary>
    Architecture ProcessArchitecture { get; }

    /// <summary>What the kernel was built for.</summary>
    Architecture KernelArchitecture { get; }

    /// <summary>Whether there is such a file.</summary>
    bool Exists(string path);

    /// <summary>A small text, without blanks at its ends.</summary>
    /// <returns>Null if it cannot be read.</returns>
    string? Read(string path);
}
