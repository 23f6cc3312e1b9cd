namespace Xen.Privcmd;

/// <summary>What a machine is to Xen.</summary>
public enum XenHostKind
{
    /// <summary>Its kernel does not run on Xen, or hides it.</summary>
    NotXen,

    /// <summary>A guest of Xen's, a domU.</summary>
    Guest,

    /// <summary>The control domain, dom0.</summary>
    ControlDomain,
}
