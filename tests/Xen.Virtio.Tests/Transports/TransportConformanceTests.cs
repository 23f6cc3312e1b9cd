using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Transports;

public sealed class MmioConformanceTests() : TransportConformance(TransportKind.Mmio);

public sealed class PciMessagesConformanceTests() : TransportConformance(TransportKind.PciMessages);

public sealed class PciPinConformanceTests() : TransportConformance(TransportKind.PciPin);
