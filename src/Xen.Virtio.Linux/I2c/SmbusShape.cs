namespace Xen.Virtio.Linux.I2c;

/// <summary>Shapes of messages that an adapter may not be able to do. Each is logged once.</summary>
internal enum SmbusShape
{
    TenBit,
    Probe,
    WriteOne,
    ReadOne,
    WriteTwo,
    WriteThree,
    WriteBlock,
    WriteLong,
    ReadWithoutRegister,
}
