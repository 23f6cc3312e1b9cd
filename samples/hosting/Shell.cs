using System;
using System.IO;
using System.Threading;
using Xen.Store;

namespace VirtioHosting;

/// <summary>What a command talks to.</summary>
/// <param name="Out">Takes results.</param>
/// <param name="Error">Takes messages.</param>
/// <param name="IsTerminal">Whether results go to a terminal.</param>
/// <param name="Stop">Cancelled when the user wants no more.</param>
public sealed record Shell(TextWriter Out, TextWriter Error, bool IsTerminal, CancellationToken Stop)
{
    /// <summary>The store.</summary>
    public XenStoreEndpoint Store { get; init; } = XenStoreEndpoint.Default;

    /// <summary>How long a command waits for a daemon before it says so.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connects to the store.</summary>
    /// <exception cref="XenStoreConnectException">There is no store, or no way to it.</exception>
    internal XenStoreClient Connect() =>
        XenStoreClient.Connect(new XenStoreOptions { Endpoint = Store, Reconnect = false });
}
