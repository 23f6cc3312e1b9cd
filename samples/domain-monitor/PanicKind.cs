namespace DomainMonitor;

/// <summary>Which fault the program commits on purpose, to show what becomes of it.</summary>
internal enum PanicKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>An access that the CPU refuses.</summary>
    Trap,

    /// <summary>An index that is out of bounds.</summary>
    Bounds,

    /// <summary>A write by a pointer that is null.</summary>
    Null,

    /// <summary>A stack that is too deep.</summary>
    Stack,
}
