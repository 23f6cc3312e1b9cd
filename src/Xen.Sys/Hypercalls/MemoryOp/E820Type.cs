namespace Xen.Sys;

/// <summary>What a range of a physical memory map holds: the address range types of ACPI.</summary>
public enum E820Type : uint
{
    /// <summary>RAM, free to use.</summary>
    Ram = 1,

    /// <summary>Not to be used.</summary>
    Reserved = 2,

    /// <summary>ACPI tables: RAM once they have been read.</summary>
    Acpi = 3,

    /// <summary>ACPI memory that is kept when the machine sleeps.</summary>
    AcpiNonVolatile = 4,

    /// <summary>RAM with errors.</summary>
    Unusable = 5,
}
