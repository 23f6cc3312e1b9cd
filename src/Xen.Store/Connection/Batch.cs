using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>Many requests whose answers are waited for together.</summary>
/// <param name="count">How many.</param>
/// <param name="handler">Takes the answers, errors included; what it throws is the batch's failure.</param>
internal sealed class Batch(int count, Batch.ReplyHandler handler) : IReplyTarget
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;
    private Exception? _failure;
    private bool _mayHaveEffect;

    /// <summary>Takes an answer.</summary>
    /// <param name="index">The request.</param>
    /// <param name="reply">The answer, valid until this returns.</param>
    internal delegate void ReplyHandler(int index, in Message reply);

    /// <summary>Completes when all have their answers or their failures.</summary>
    internal Task Completion => _completion.Task;

    /// <summary>The first failure; null if there was none.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether the daemon may have seen one of the requests.</summary>
    internal bool MayHaveEffect => Volatile.Read(ref _mayHaveEffect);

    public void OnReply(int tag, in Message reply)
    {
        Volatile.Write(ref _mayHaveEffect, true);
        try
        {
            handler(tag, reply);
        }
        catch (XenStoreException error)
        {
            Fail(error);
        }

        Count(1);
    }

    public void OnFailure(int tag, Exception error)
    {
        if (error is not XenStoreDisconnectedException { WasSent: false })
            Volatile.Write(ref _mayHaveEffect, true);
        Fail(error);
        Count(1);
    }

    /// <summary>Some requests are not made after all.</summary>
    /// <param name="skipped">How many.</param>
    /// <param name="reason">Why.</param>
    internal void Skip(int skipped, Exception reason)
    {
        Fail(reason);
        Count(skipped);
    }

    private void Fail(Exception error) => Interlocked.CompareExchange(ref _failure, error, null);

    private void Count(int done)
    {
        if (Interlocked.Add(ref _left, -done) == 0)
            _completion.TrySetResult();
    }
}
