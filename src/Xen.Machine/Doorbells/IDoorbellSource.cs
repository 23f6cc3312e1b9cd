using System.Collections.Generic;

namespace Xen.Machine;

/// <summary>A device that has doorbells in its window. It answers those writes itself, too.</summary>
public interface IDoorbellSource
{
    /// <summary>The doorbells. They do not change.</summary>
    IReadOnlyList<DoorbellRegister> Doorbells { get; }
}
