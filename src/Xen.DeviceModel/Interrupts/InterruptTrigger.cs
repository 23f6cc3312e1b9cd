namespace Xen.DeviceModel;

/// <summary>What makes an input of an interrupt controller act.</summary>
public enum InterruptTrigger
{
    /// <summary>The change from low to high.</summary>
    Edge,

    /// <summary>Being high.</summary>
    Level,
}
