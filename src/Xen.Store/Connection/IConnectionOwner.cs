using System;

namespace Xen.Store.Connection;

/// <summary>Who has a connection. Is called from any thread, with no lock held; must be quick.</summary>
internal interface IConnectionOwner
{
    /// <summary>Something that is watched changed.</summary>
    /// <param name="payload">The event, valid until this returns.</param>
    void OnWatchEvent(ReadOnlySpan<byte> payload);

    /// <summary>The connection is at its end. Is called once, before the requests under way fail.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="reason">Why.</param>
    void OnBroken(StoreConnection connection, Exception reason);
}
