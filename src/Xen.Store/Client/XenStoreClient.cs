using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Watches;

namespace Xen.Store;

/// <summary>A client of a XenStore daemon.</summary>
/// <remarks>
/// <para>One is enough for a program: it is thread-safe, and has as many requests under way as its callers make.</para>
/// <para>
/// When the daemon restarts, requests under way fail with <see cref="XenStoreDisconnectedException"/> (or are made again, see
/// <see cref="XenStoreOptions.RetryIdempotent"/>), and later ones go to the new daemon. Watches are set again, and say so.
/// </para>
/// </remarks>
public sealed partial class XenStoreClient : XenStoreOperations, IDisposable, IAsyncDisposable
{
    private readonly WatchRegistry _watches;

    private XenStoreClient(Requester requester, WatchRegistry watches)
        : base(requester, bound: null, transactionId: 0) => _watches = watches;

    /// <summary>Connects to a store.</summary>
    /// <param name="options">Where it is, and how to talk to it; null for this machine's store.</param>
    /// <exception cref="XenStoreConnectException">There is none, or no permission. Says what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static XenStoreClient Connect(XenStoreOptions? options = null)
    {
        options ??= new XenStoreOptions();
        options.Check();
        var watches = new WatchRegistry(options);
        var connector = new Connector(options, watches);
        var requester = new Requester(options, connector);
        watches.Requester = requester;
        connector.Open();
        return new XenStoreClient(requester, watches);
    }

    /// <summary>Connects to a store.</summary>
    /// <param name="options">Where it is, and how to talk to it; null for this machine's store.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreConnectException">There is none, or no permission. Says what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static async ValueTask<XenStoreClient> ConnectAsync(
        XenStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        var connecting = Task.Run(() => Connect(options), CancellationToken.None);
        try
        {
            return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = connecting.ContinueWith(
                static late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Ends the connection: requests under way fail with <see cref="ObjectDisposedException"/>, watches end.</summary>
    public void Dispose()
    {
        Requester.Connector.Dispose();
        _watches.End();
    }

    /// <summary>Ends the connection: requests under way fail with <see cref="ObjectDisposedException"/>, watches end.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
