using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>Serves the request queue, virtio 1.3 §5.17.6.</summary>
internal sealed class GpioRequestHandler(GpioLines lines, byte[] names) : IChainHandler
{
    private volatile bool _hasInterrupts;

    /// <summary>Whether the driver has accepted interrupts.</summary>
    public bool HasInterrupts
    {
        set => _hasInterrupts = value;
    }

    public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        if (chain.WritableLength == 0)
            return 0;

        Span<byte> bytes = stackalloc byte[GpioRequest.Size];
        if (!chain.TryCopyFrom(memory, 0, bytes))
            return Answer(chain, memory, GpioStatus.Error, 0);

        var request = GpioRequest.Parse(bytes);
        if (request.Message == GpioMessage.GetNames)
            return AnswerNames(chain, memory);
        if (chain.WritableLength < GpioLayout.ResponseSize)
            return Answer(chain, memory, GpioStatus.Error, 0);

        byte value = 0;
        var isDone = request.Line < lines.Count && TryExecute(request, out value);
        return Answer(chain, memory, isDone ? GpioStatus.Ok : GpioStatus.Error, isDone ? value : (byte)0);
    }

    public void Rejected(ChainFault fault)
    {
        // The worker logs it.
    }

    private bool TryExecute(GpioRequest request, out byte value)
    {
        value = 0;
        switch (request.Message)
        {
            case GpioMessage.GetDirection:
                var hasDirection = lines.TryGetDirection(request.Line, out var direction);
                value = (byte)direction;
                return hasDirection;
            case GpioMessage.SetDirection:
                return lines.TrySetDirection(request.Line, request.Value);
            case GpioMessage.GetValue:
                var hasValue = lines.TryGetValue(request.Line, out var high);
                value = high ? (byte)1 : (byte)0;
                return hasValue;
            case GpioMessage.SetValue:
                return lines.TrySetValue(request.Line, request.Value);
            case GpioMessage.SetInterruptType:
                return _hasInterrupts && lines.TrySetInterruptType(request.Line, request.Value);
            default:
                return false;
        }
    }

    // The buffer is as long as the names: with one that is not, the driver has not read the configuration.
    private uint AnswerNames(DescriptorChain chain, GuestMemoryView memory)
    {
        if (names.Length == 0 || chain.WritableLength < (uint)names.Length + 1)
            return Answer(chain, memory, GpioStatus.Error, 0);
        return chain.TryCopyTo(memory, 1, names)
            ? chain.TryCopyTo(memory, 0, [(byte)GpioStatus.Ok]) ? (uint)names.Length + 1 : 0
            : Answer(chain, memory, GpioStatus.Error, 0);
    }

    // As much of it as there is room for.
    private static uint Answer(DescriptorChain chain, GuestMemoryView memory, GpioStatus status, byte value)
    {
        ReadOnlySpan<byte> response = [(byte)status, value];
        response = response[..(int)Math.Min(chain.WritableLength, GpioLayout.ResponseSize)];
        return chain.TryCopyTo(memory, 0, response) ? (uint)response.Length : 0;
    }
}
