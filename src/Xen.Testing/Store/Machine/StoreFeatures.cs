using System;

namespace Xen.Testing.Store.Machine;

/// <summary>What a daemon can do, as bits of a domain's ring: docs/misc/xenstore-ring.txt.</summary>
[Flags]
internal enum StoreFeatures : uint
{
    None = 0,
    Reconnection = 1,
    Error = 2,
    WatchDepth = 4,
    All = Reconnection | Error | WatchDepth,
}
