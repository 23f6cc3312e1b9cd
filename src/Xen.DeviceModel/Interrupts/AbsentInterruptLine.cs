using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>A wire that leads nowhere: of a PCI function in a machine that has messages only.</summary>
internal sealed class AbsentInterruptLine : IInterruptLine
{
    internal static readonly AbsentInterruptLine Instance = new();

    public void SetLevel(bool asserted)
    {
    }
}
