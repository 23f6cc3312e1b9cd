using System;

namespace Xen.Store;

/// <summary>What is special about a way to the store.</summary>
[Flags]
public enum XenStoreTransportTraits
{
    /// <summary>Nothing: a stream of bytes in both directions.</summary>
    None = 0,

    /// <summary>
    /// Each call of <see cref="IXenStoreTransport.Send"/> must be given exactly one message, and takes it whole: Linux's
    /// xenbus device loses what follows the first message of a write.
    /// </summary>
    OneMessagePerSend = 1,

    /// <summary>
    /// Replies come in the order of requests, with request ids that may not be those of the requests: old kernels put
    /// ids of their own into what goes through xenbus.
    /// </summary>
    RewritesRequestIds = 2,
}
