using System;
using System.Threading.Tasks;

namespace Xen.Store.Connection;

/// <summary>Who outlives connections: the watches of a client.</summary>
internal interface IReconnectionGuest
{
    /// <summary>Whether somebody wants a connection though nobody asks for anything.</summary>
    bool WantsConnection { get; }

    /// <summary>Something that is watched changed.</summary>
    /// <param name="payload">The event, valid until this returns.</param>
    void OnWatchEvent(ReadOnlySpan<byte> payload);

    /// <summary>There is a connection, the first.</summary>
    /// <param name="connection">The connection.</param>
    void OnConnected(StoreConnection connection);

    /// <summary>There is a new connection, which nobody else uses yet.</summary>
    /// <param name="connection">The connection.</param>
    Task OnReconnectedAsync(StoreConnection connection);

    /// <summary>The connection was lost, and is not to be made again.</summary>
    /// <param name="reason">Why.</param>
    void OnLostForGood(Exception reason);
}
