namespace Xen.Sys;

/// <summary>A way to Xen that can give up everything but one domain, before it serves that domain's guest.</summary>
public interface IRestrictable
{
    /// <summary>Gives up all other domains, for good: what is not about this one then fails with EPERM.</summary>
    /// <param name="domain">The only domain from now on.</param>
    /// <returns>EINVAL if it is restricted to another one already; ENOTTY or EOPNOTSUPP if the kernel cannot.</returns>
    HypercallResult Restrict(DomainId domain);
}
