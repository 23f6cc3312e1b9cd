namespace Xen.Sys;

/// <summary>How another domain's memory is mapped.</summary>
public enum ForeignAccess
{
    /// <summary>For reading only: a write faults.</summary>
    ReadOnly,

    /// <summary>For reading and writing.</summary>
    ReadWrite,
}
