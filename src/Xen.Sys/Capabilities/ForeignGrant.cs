namespace Xen.Sys;

/// <summary>A page that another domain grants.</summary>
/// <param name="Domain">The domain that grants it.</param>
/// <param name="Reference">Its number in that domain's grant table.</param>
public readonly record struct ForeignGrant(DomainId Domain, GrantReference Reference);
