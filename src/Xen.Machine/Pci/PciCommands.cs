using System;

namespace Xen.Machine;

/// <summary>Bits of the command register that a function with memory windows has (PCI Local Bus 3.0, §6.2.2).</summary>
[Flags]
public enum PciCommands
{
    /// <summary>The function answers in its configuration space only.</summary>
    None = 0,

    /// <summary>The windows are decoded.</summary>
    Memory = 1 << 1,

    /// <summary>The function may write to memory: without it, no message-signalled interrupt leaves it.</summary>
    BusMaster = 1 << 2,

    /// <summary>The pin stays low.</summary>
    InterruptDisable = 1 << 10,
}
