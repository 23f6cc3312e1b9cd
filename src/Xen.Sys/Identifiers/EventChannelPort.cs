using System.Globalization;

namespace Xen.Sys;

/// <summary>An event channel port of some domain. C origin: <c>evtchn_port_t</c>, public/event_channel.h.</summary>
/// <param name="Value">The port; 0 is never a valid one.</param>
public readonly record struct EventChannelPort(uint Value)
{
    /// <summary>The number, in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
