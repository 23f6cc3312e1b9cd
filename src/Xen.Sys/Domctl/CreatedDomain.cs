namespace Xen.Sys;

/// <summary>What Xen made of a <see cref="DomainConfiguration"/>.</summary>
/// <param name="Id">The number of the domain.</param>
/// <param name="ArmGicVersion">Arm: <c>XEN_DOMCTL_CONFIG_GIC_*</c>, the one that it has. 0 on x86.</param>
/// <param name="ArmClockFrequency">Arm: frequency of its timer in Hz, if its CNTFRQ does not tell; else 0. 0 on x86.</param>
public readonly record struct CreatedDomain(DomainId Id, byte ArmGicVersion, uint ArmClockFrequency);
