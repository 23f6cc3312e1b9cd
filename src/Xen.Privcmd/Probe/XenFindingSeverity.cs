namespace Xen.Privcmd;

/// <summary>How bad a finding is.</summary>
public enum XenFindingSeverity
{
    /// <summary>Good to know.</summary>
    Information,

    /// <summary>Some things will not work.</summary>
    Warning,

    /// <summary>Nothing will work.</summary>
    Error,
}
