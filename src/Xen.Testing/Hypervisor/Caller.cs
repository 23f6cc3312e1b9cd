using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>Who makes a hypercall.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="IsPrivileged">Whether it may do what toolstacks do, as the control domain may.</param>
internal readonly record struct Caller(DomainId Domain, bool IsPrivileged)
{
    /// <summary>The control domain, in which toolstacks run.</summary>
    internal static Caller Control => new(default, IsPrivileged: true);
}
