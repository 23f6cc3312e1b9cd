namespace Xen.DeviceModel;

/// <summary>How a domain came to its end.</summary>
public enum DomainEnd
{
    /// <summary>The guest powered itself off.</summary>
    PowerOff,

    /// <summary>The guest asked for a reboot: its toolstack makes a new domain for that.</summary>
    Reboot,

    /// <summary>The guest crashed.</summary>
    Crash,

    /// <summary>It was destroyed, or stopped in some other way.</summary>
    Destroyed,
}
