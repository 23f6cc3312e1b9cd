namespace Xen.DeviceModel;

/// <summary>The registers that an I/O APIC shows in memory. The others are behind them.</summary>
internal enum IoApicRegister
{
    /// <summary>IOREGSEL: the index of the register that IOWIN shows.</summary>
    Select,

    /// <summary>IOWIN: that register.</summary>
    Window,
}
