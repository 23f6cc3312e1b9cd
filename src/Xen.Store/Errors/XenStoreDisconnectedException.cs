using System;

namespace Xen.Store;

/// <summary>The connection to the daemon was lost.</summary>
public sealed class XenStoreDisconnectedException : XenStoreException
{
    /// <summary>Makes one.</summary>
    /// <param name="endpoint">Where the daemon was.</param>
    /// <param name="reason">How it was lost.</param>
    /// <param name="wasSent">Whether the daemon may have seen the request, so that it may have taken effect.</param>
    /// <param name="innerException">The cause.</param>
    public XenStoreDisconnectedException(
        string endpoint, string reason, bool wasSent, Exception? innerException = null)
        : base(
            $"the connection to {endpoint} was lost: {reason} "
                + (wasSent ? "(the request may or may not have taken effect)" : "(the request was not sent)"),
            innerException) => WasSent = wasSent;

    /// <summary>Whether the daemon may have seen the request, so that it may have taken effect.</summary>
    public bool WasSent { get; }
}
