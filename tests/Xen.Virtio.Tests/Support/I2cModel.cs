using System;
using System.Collections.Generic;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Tests.Support;

/// <summary>What virtio 1.3 §5.18.6 says of groups, over requests that can all be carried out.</summary>
internal sealed class I2cModel(HashSet<I2cAddress> absent)
{
    private readonly List<(I2cMessage Message, bool HasNext)> _requests = [];

    public List<string> Transfers { get; } = [];

    public void Add(I2cMessage message, bool hasNext) => _requests.Add((message, hasNext));

    public void Take(Span<I2cRequestStatus> statuses)
    {
        var words = new List<string>();
        var failed = false;
        for (var i = 0; i < _requests.Count; i++)
        {
            var (message, hasNext) = _requests[i];
            words.Add(RecordingBus.Describe(message));
            failed |= absent.Contains(message.Address);
            statuses[i] = failed ? I2cRequestStatus.Error : I2cRequestStatus.Ok;
            if (hasNext)
                continue;
            Transfers.Add(string.Join(' ', words));
            words.Clear();
            failed = false;
        }

        _requests.Clear();
    }
}
