using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Devices.I2c;

/// <summary>
/// Serves the request queue: collects the requests of a group, makes one transfer of them, and gives all of them back,
/// in order.
/// </summary>
/// <remarks>
/// A request that cannot be carried out ends the transfer before it, and fails; what follows it in its group fails too,
/// and never reaches the bus. So a failure is the same whether this device, the host or a chip is the cause.
/// The driver hears of a group that has failed once all of it has been given back: Linux does not wait for what follows
/// the first failure, and frees it.
/// </remarks>
internal sealed class I2cQueueThread : QueueThread
{
    private readonly I2cTransfer _transfer;
    private readonly TimeSpan _patience;

    // The chains of the transfer, and one more for the request that is looked at.
    private readonly List<DescriptorChain> _chains = [];

    // The request before has failed, and the next is of its group.
    private bool _isFailing;
    private bool _isResumed;

    private I2cQueueThread(
        string name, QueueResources resources, I2cTransfer transfer, TimeSpan patience, ILogger logger)
        : base(name, resources, logger)
    {
        _transfer = transfer;
        _patience = patience;
    }

    private protected override TimeSpan LongestSleep => IsWithinGroup ? _patience : Timeout.InfiniteTimeSpan;

    // Some of it is here, or has been given back without a word.
    private bool IsWithinGroup => _transfer.Count > 0 || Undecided > 0;

    public static I2cQueueThread Start(
        string name, QueueResources resources, I2cTransfer transfer, TimeSpan patience, ILogger logger)
    {
        var thread = new I2cQueueThread(name, resources, transfer, patience, logger);
        thread.StartThread();
        return thread;
    }

    private protected override bool ServeAll(bool isRung)
    {
        if (!_isResumed)
            LookBack();
        do
        {
            SuppressNotifications();
            var result = TakeResult.Chain;
            while (result is TakeResult.Chain or TakeResult.Malformed)
            {
                if (IsStopping)
                    return false;
                result = ServeOne();
            }

            if (result == TakeResult.Broken || (!isRung && !EndGroup()))
            {
                ReportBroken();
                return false;
            }

            // What comes now is a group of its own, with time of its own.
            isRung = true;
        }
        while (AllowNotifications());

        return true;
    }

    // What another process had begun may have been done, and must not be done again: it fails, with the rest of its
    // group.
    private void LookBack()
    {
        _isResumed = true;
        _isFailing = Queue.Begun != 0;
        if (_isFailing)
            I2cLog.InDoubt(Logger, Name!);
    }

    private TakeResult ServeOne()
    {
        using var memory = Resources.Memory.Enter();
        if (!Queue.TryOpen(memory, out var rings))
            return TakeResult.Broken;

        // Grown by the first group of that length, and never beyond the limit of a transfer.
        if (_chains.Count == _transfer.Count)
            _chains.Add(new DescriptorChain(Queue.MaxSegments));
        var chain = _chains[_transfer.Count];
        var result = Queue.TryTake(rings, chain);
        var isServed = result switch
        {
            TakeResult.Chain => Serve(ref rings, chain),
            TakeResult.Malformed => RejectAlone(ref rings, chain),
            _ => true,
        };
        if (!_isFailing)
            Decide(rings);
        return isServed && Queue.Fault == VirtQueueFault.None ? result : TakeResult.Broken;
    }

    // False if the rings are no longer the guest's memory.
    private bool Serve(ref QueueRings rings, DescriptorChain chain)
    {
        var request = new I2cRequest(chain, rings.Memory);
        var hasHeader = request.TryReadHeader(out var header);
        var hasNext = hasHeader && (header.Flags & I2cRequestFlags.FailNext) != 0;
        if (_isFailing)
        {
            // Of one without a header, nobody knows whether it ends the group.
            if (hasHeader)
                _isFailing = hasNext;
            return Fail(ref rings, chain);
        }

        var fault = !request.HasStatus ? "no room for a status"
            : !hasHeader ? "no header"
            : _transfer.TryAdd(request, header);
        if (fault is null)
            return !hasNext ? Flush(ref rings) : !_transfer.IsFull || FailAll(ref rings);

        Report(fault);
        if (!FlushBeginning(ref rings))
            return false;
        if (hasHeader)
            _isFailing = hasNext;
        return Fail(ref rings, chain);
    }

    // Nobody knows whether it ends its group. If that had failed before, it may go on, and what follows fails, too; if
    // not, what follows is carried out.
    private bool RejectAlone(ref QueueRings rings, DescriptorChain chain) =>
        FlushBeginning(ref rings) && Reject(ref rings, chain);

    // The driver has left it at the beginning of a group.
    private bool EndGroup()
    {
        if (!IsWithinGroup)
            return true;
        using var memory = Resources.Memory.Enter();
        if (!Queue.TryOpen(memory, out var rings))
            return false;
        var isFlushed = FlushBeginning(ref rings);
        Decide(rings);
        return isFlushed;
    }

    // Carries out what there is of a group whose end has not been seen; if that fails, the rest will.
    private bool FlushBeginning(ref QueueRings rings)
    {
        if (_transfer.Count == 0)
            return true;
        var count = _transfer.Count;
        var isFlushed = Flush(ref rings, out var succeeded);
        _isFailing = succeeded < count;
        return isFlushed;
    }

    private bool Flush(ref QueueRings rings) => Flush(ref rings, out _);

    private bool Flush(ref QueueRings rings, out int succeeded)
    {
        succeeded = TryBegin(_transfer.Count) ? _transfer.Run() : 0;
        return GiveBack(ref rings, succeeded);
    }

    // Too long a group: nothing of it has been done, and nothing will be.
    private bool FailAll(ref QueueRings rings)
    {
        Report("too many messages in a group");
        _isFailing = true;
        return GiveBack(ref rings, 0);
    }

    private bool GiveBack(ref QueueRings rings, int succeeded)
    {
        var isOpen = true;
        for (var i = 0; i < _transfer.Count && isOpen; i++)
        {
            var isOk = i < succeeded;
            var written = new I2cRequest(_chains[i], rings.Memory).Finish(
                isOk ? _transfer.DataRead(i) : default, isOk ? I2cRequestStatus.Ok : I2cRequestStatus.Error, Stopping);
            isOpen = Publish(ref rings, _chains[i], written);
        }

        _transfer.Clear();
        return isOpen;
    }

    private bool Fail(ref QueueRings rings, DescriptorChain chain)
    {
        var written = new I2cRequest(chain, rings.Memory).Finish(default, I2cRequestStatus.Error, Stopping);
        return Publish(ref rings, chain, written);
    }

    private void Report(string fault)
    {
        if (fault.Length != 0 && Resources.GuestLog.TryEnter(out var suppressed))
            I2cLog.Refused(Logger, Name!, fault, suppressed);
    }
}
