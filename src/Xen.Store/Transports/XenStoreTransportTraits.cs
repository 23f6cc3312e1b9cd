using System;

namespace Xen.Store;

/// <summary>What is special about a way to the store.</summary>
[Flags]
public enum XenStoreTransportTraits
{
    /// <summary>Nothing: a stream of bytes in both directions.</summary>
    None = 0,

    /// <summary>
    /// Each call of <see cref="IXenStoreTransport.Send"/> is given exactly one message, and takes it whole.
    /// </summary>
    OneMessagePerSend = 1,

    /// <summary>
    /// Replies come in the order of requests, with request ids that may not be those of the requests: old kernels put
    /// ids of their own into what goes through xenbus.
    /// </summary>
    RewritesRequestIds = 2,

    /// <summary>
    /// A request is sent when the one before it has its answer, and alone: Linux's xenbus device loses what follows the
    /// first message of a write, and keeps a request in the buffer that the next write overwrites.
    /// </summary>
    OneRequestAtATime = 4,

    /// <summary>
    /// A request with its header has at most <see cref="XenStoreLimits.MaximumPayload"/> bytes: the buffer of Linux's
    /// xenbus device.
    /// </summary>
    ShortMessages = 8,
}
