namespace Xen.Virtio.Transports.Pci;

/// <summary>What can be chosen about a virtio-pci transport.</summary>
public sealed class VirtioPciOptions : VirtioTransportOptions
{
    /// <summary>
    /// The registers may be placed above 4 GiB. Not needed: the windows are small, and firmware that places them below
    /// is the rule.
    /// </summary>
    public bool Use64BitBar { get; init; }
}
