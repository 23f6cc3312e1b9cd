namespace Xen.Virtio.Tests.Support;

/// <summary>The transports, and the ways of interrupting, that must all behave alike.</summary>
public enum TransportKind
{
    Mmio,
    PciMessages,
    PciPin,
}
