using System;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Pci;

/// <content>
/// Access to the registers through the configuration space, for firmware that places no windows (virtio 1.2 §4.1.4.9).
/// Outside of the lock: a register access may wait, and tells of changes.
/// </content>
public sealed partial class VirtioPciTransport
{
    private void ReadThroughConfig()
    {
        if (!TryGetAccess(out var offset, out var length))
            return;

        Span<byte> data = stackalloc byte[sizeof(uint)];
        data.Fill(byte.MaxValue);
        _window.Read(offset, data[..length]);
        lock (_gate)
            _config.Write(AccessData, data[..length]);
    }

    private void WriteThroughConfig(ReadOnlySpan<byte> data)
    {
        if (TryGetAccess(out var offset, out var length) && length <= data.Length)
            _window.Write(offset, data[..length]);
    }

    private bool TryGetAccess(out uint offset, out int length)
    {
        lock (_gate)
        {
            var bar = (byte)_config.Get16(_accessCapability + VirtioPciLayout.CapabilityBarOffset);
            offset = _config.Get32(_accessCapability + VirtioPciLayout.CapabilityOffsetOffset);
            var wanted = _config.Get32(_accessCapability + VirtioPciLayout.CapabilityLengthFieldOffset);
            length = (int)Math.Min(wanted, sizeof(uint) + 1);
            return bar == PciFunctionLayout.RegisterBar && length is 1 or 2 or 4 && offset % (uint)length == 0
                && offset < PciFunctionLayout.WindowLength;
        }
    }
}
