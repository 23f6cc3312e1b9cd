using System;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Devices.I2c;

/// <summary>One message of a transfer: from a start, or repeated start, to the next.</summary>
/// <param name="Address">The chip.</param>
/// <param name="IsRead">Whether the chip sends.</param>
/// <param name="Data">
/// What to send, or where to put what comes: of the length that the guest has asked for, 0 or more. Memory of this
/// process that
/// does not move, valid until the transfer has ended.
/// </param>
public readonly record struct I2cMessage(I2cAddress Address, bool IsRead, Memory<byte> Data);
