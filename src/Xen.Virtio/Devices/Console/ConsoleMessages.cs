using System;

namespace Xen.Virtio.Devices.Console;

/// <summary>Messages that a driver is still to be sent about a port, in the order in which they are sent.</summary>
[Flags]
internal enum ConsoleMessages
{
    None = 0,
    Add = 1,
    Console = 2,
    Name = 4,
    Resize = 8,
    Open = 16,
}
