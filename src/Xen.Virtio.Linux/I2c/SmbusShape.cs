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

/// <summary>Shapes in words.</summary>
internal static class SmbusShapes
{
    public static string Describe(this SmbusShape shape) => shape switch
    {
        SmbusShape.TenBit => "an address of 10 bits",
        SmbusShape.Probe => "a message without data",
        SmbusShape.WriteOne => "a write of 1 byte",
        SmbusShape.ReadOne => "a read of 1 byte without a register",
        SmbusShape.WriteTwo => "a write of 2 bytes",
        SmbusShape.WriteThree => "a write of 3 bytes",
        SmbusShape.WriteBlock => "a write of 4 to 33 bytes",
        SmbusShape.WriteLong => "a write of more than 33 bytes",
        _ => "a read of 2 bytes or more without a register before it, or of more than one call can give",
    };
}
