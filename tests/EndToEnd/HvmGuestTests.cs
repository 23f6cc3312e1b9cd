namespace EndToEnd;

/// <summary>HVM guests on the real Xen, which find their disks on the PCI bus.</summary>
[Trait("Category", "Lab")]
public sealed class HvmGuestTests(ITestOutputHelper log)
{
    // Two disks share a boot, since one takes minutes. Linux takes packed queues unless they are not offered.
    [Theory]
    [InlineData("4.17", "nbd", 1, 1, "split")]
    [InlineData("4.20", "raw,qcow2", 2, 4, "both")]
    public void Guest_reads_and_writes_its_disks(string xen, string formats, int vcpus, int queues, string ring) =>
        DiskScenario.ReadAndWrite(log, xen, "hvm", "pci", formats, vcpus, queues, ring);
}
