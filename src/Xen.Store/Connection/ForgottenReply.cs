using System;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>Takes the answer to a request that was given up, so that the stream stays whole.</summary>
internal sealed class ForgottenReply : IReplyTarget
{
    internal static ForgottenReply Instance { get; } = new();

    public void OnReply(int tag, in Message reply)
    {
    }

    public void OnFailure(int tag, Exception error)
    {
    }
}
