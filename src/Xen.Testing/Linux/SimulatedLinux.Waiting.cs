using System.Linq;
using Xen.Testing.Linux.EventChannel;

namespace Xen.Testing.Linux;

/// <content>What a scheduler asks before it lets somebody wait.</content>
public sealed partial class SimulatedLinux
{
    /// <summary>True if a wait for event channels would end at once. To ask takes nothing.</summary>
    public bool HasEvents
    {
        get
        {
            lock (_gate)
            {
                lock (Wakeups)
                    return _files.Values.Any(handle => handle.File is EventChannelFile { IsReadable: true });
            }
        }
    }
}
