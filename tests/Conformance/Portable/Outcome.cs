namespace Conformance.Portable;

/// <summary>What became of a rule.</summary>
internal enum Outcome
{
    /// <summary>Xen keeps it.</summary>
    Held,

    /// <summary>Xen answered something else.</summary>
    NotHeld,

    /// <summary>It is not for this kind of domain.</summary>
    NotApplicable,
}
