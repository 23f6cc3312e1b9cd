namespace Xen.DeviceModel;

/// <summary>What a guest's machine is like, as far as its device model must know.</summary>
public enum GuestKind
{
    /// <summary>x86, with the chip set that Xen and a QEMU emulate: <c>type = "hvm"</c>.</summary>
    Hvm,

    /// <summary>x86 without any of that: <c>type = "pvh"</c>.</summary>
    Pvh,

    /// <summary>Arm.</summary>
    Arm,
}
