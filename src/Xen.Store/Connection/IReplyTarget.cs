using System;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>Who waits for answers. Is called once for each request, from any thread, with no lock held; must be quick.</summary>
internal interface IReplyTarget
{
    /// <summary>The answer came.</summary>
    /// <param name="tag">Which of the target's requests it is for.</param>
    /// <param name="reply">The answer, valid until this returns.</param>
    void OnReply(int tag, in Message reply);

    /// <summary>No answer will come.</summary>
    /// <param name="tag">Which of the target's requests.</param>
    /// <param name="error">Why.</param>
    void OnFailure(int tag, Exception error);
}
