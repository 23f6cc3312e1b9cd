using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>A request that has no answer yet.</summary>
/// <param name="Target">Who waits.</param>
/// <param name="Tag">Which of the target's requests it is.</param>
/// <param name="Type">What was asked: an answer is of the same type, or an error.</param>
/// <param name="Offset">Where it begins in all that this connection was given to send.</param>
/// <param name="Started">When it was made, as a timestamp; 0 if nobody wants to know.</param>
internal readonly record struct PendingEntry(
    IReplyTarget Target, int Tag, MessageType Type, long Offset, long Started);
