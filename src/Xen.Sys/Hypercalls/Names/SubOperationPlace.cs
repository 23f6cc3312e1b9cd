namespace Xen.Sys;

/// <summary>Where a hypercall has the number of its sub-operation.</summary>
public enum SubOperationPlace
{
    /// <summary>It has none, or none that this SDK knows.</summary>
    None,

    /// <summary>In the first argument register: <c>memory_op</c> and most others.</summary>
    FirstArgument,

    /// <summary>
    /// In the first 32 bits of the structure that the first argument points to: <c>domctl</c>, <c>sysctl</c>; or of the
    /// first buffer: <c>dm_op</c>.
    /// </summary>
    FirstWordOfStructure,
}
