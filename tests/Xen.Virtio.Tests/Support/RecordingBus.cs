using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Tests.Support;

/// <summary>A bus that remembers each transfer as text, and on which some addresses do not answer.</summary>
internal sealed class RecordingBus : II2cBus
{
    private readonly Lock _gate = new();
    private readonly List<string> _transfers = [];

    /// <summary>Addresses that no chip has.</summary>
    public HashSet<I2cAddress> Absent { get; } = [];

    /// <summary>Called in each transfer, after it was written down.</summary>
    public Action? During { get; set; }

    /// <summary>Of each transfer its messages: "50w0102" is a write of two bytes, "50r2" a read of two.</summary>
    public string[] Transfers
    {
        get
        {
            lock (_gate)
                return [.. _transfers];
        }
    }

    public bool IsForgetful { get; set; }

    public int Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        if (!IsForgetful)
        {
            var words = new List<string>();
            foreach (var message in messages)
                words.Add(Describe(message));
            lock (_gate)
                _transfers.Add(string.Join(' ', words));
        }

        During?.Invoke();
        for (var i = 0; i < messages.Length; i++)
        {
            if (Absent.Contains(messages[i].Address))
                return i;
            if (messages[i].IsRead)
                messages[i].Data.Span.Fill((byte)messages[i].Address.Value);
        }

        return messages.Length;
    }

    public static string Describe(I2cMessage message) => message.IsRead
        ? $"{message.Address.Value:x2}r{message.Data.Length}"
        : $"{message.Address.Value:x2}w{Convert.ToHexStringLower(message.Data.Span)}";
}
