using System;
using System.Collections;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Linux.I2c;

/// <summary>An I2C adapter of a Linux host, through i2c-dev. Thread-safe; several devices may share one.</summary>
/// <remarks>
/// <para>A transfer is one <c>I2C_RDWR</c>. An adapter that knows SMBus only gets SMBus transactions that put the same
/// bits on the wire, apart from stops between them; a transfer that cannot be put so is refused before it has begun, and
/// the shape logged once.</para>
/// <para>A chip that a driver of the host has is refused. Nothing is retried beyond what the kernel does; its timeouts
/// bound a transfer.</para>
/// </remarks>
public sealed class LinuxI2cBus : II2cBus, IDisposable
{
    private const int HighestErrno = 133;

    private readonly Lock _gate = new();
    private readonly II2cDevice _device;
    private readonly I2cCalls _calls;
    private readonly ILogger _logger;
    private readonly ulong _functions;
    private readonly BitArray _loggedShapes = new(Enum.GetValues<SmbusShape>().Length);
    private readonly BitArray _loggedBusy = new(I2cAddress.MaxSevenBit + 1);
    private readonly BitArray _loggedErrors = new(HighestErrno + 1);
    private bool _isClosed;

    internal LinuxI2cBus(I2cAdapter adapter, II2cDevice device, ILogger? logger)
    {
        Name = adapter.Name;
        Path = adapter.Path;
        Number = adapter.Number;
        _device = device;
        _calls = new I2cCalls(device);
        _logger = logger ?? NullLogger.Instance;
        var result = _calls.GetFunctions(out _functions);
        if (result < 0)
            throw new IOException($"{Path} is no I2C adapter: {Marshal.GetPInvokeErrorMessage(-result)}");
        if (!HasI2c)
            LinuxI2cLog.SmbusOnly(_logger, Path, _functions);
    }

    /// <summary>What its driver calls it.</summary>
    public string Name { get; }

    /// <summary>Its file, <c>/dev/i2c-N</c>.</summary>
    public string Path { get; }

    /// <summary>Its number, the N of the path.</summary>
    public int Number { get; }

    private bool HasI2c => (_functions & I2cAbi.I2C_FUNC_I2C) != 0;

    /// <summary>Opens an adapter.</summary>
    /// <param name="adapter">
    /// Its number ("1"), its name in the kernel ("i2c-1"), its file ("/dev/i2c-1"), or what its driver calls it, as
    /// <c>i2cdetect -l</c> shows it.
    /// </param>
    /// <param name="logger">Where what an adapter cannot do is reported.</param>
    /// <exception cref="IOException">There is none such, or several; the text says which there are.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not open it.</exception>
    public static LinuxI2cBus Open(string adapter, ILogger? logger = null) => Open(adapter, I2cHost.Linux, logger);

    internal static LinuxI2cBus Open(string adapter, I2cHost host, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(adapter);
        var found = host.Find(adapter);
        var device = host.Open(found);
        try
        {
            return new LinuxI2cBus(found, device, logger);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The kernel does not say how far a transfer came that failed: then none of its messages went well. SMBus
    /// transactions are counted one by one.
    /// </remarks>
    public int Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        lock (_gate)
        {
            if (_isClosed || messages.IsEmpty)
                return 0;
            return HasI2c ? TransferPlain(messages) : TransferSmbus(messages);
        }
    }

    /// <summary>Closes the file. Transfers fail from then on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _device.Dispose();
        }
    }

    private int TransferPlain(ReadOnlySpan<I2cMessage> messages)
    {
        if (messages.Length > I2cAbi.I2C_RDWR_IOCTL_MAX_MSGS)
            return 0;
        var last = -1;
        foreach (ref readonly var message in messages)
        {
            if (message.Data.Length > I2cAbi.MaxMessageLength)
                return 0;
            if (message.Address.IsTenBit)
            {
                // The kernel's look for drivers takes both kinds of addresses for one, so there is none for these.
                if ((_functions & I2cAbi.I2C_FUNC_10BIT_ADDR) == 0)
                    return CannotDo(SmbusShape.TenBit);
            }
            else if (message.Address.Value != last)
            {
                last = message.Address.Value;
                if (!TryChoose(message.Address))
                    return 0;
            }
        }

        var result = _calls.ReadWrite(messages);
        return result < 0 ? Failed(result) : Math.Min(result, messages.Length);
    }

    private int TransferSmbus(ReadOnlySpan<I2cMessage> messages)
    {
        for (var i = 0; i < messages.Length;)
        {
            if (SmbusMapping.TryMap(messages[i..], _functions, out var transaction) is { } shape)
                return CannotDo(shape);
            i += transaction.Messages;
        }

        var done = 0;
        while (done < messages.Length)
        {
            var left = messages[done..];
            SmbusMapping.TryMap(left, _functions, out var transaction);
            if (!TryChoose(left[0].Address))
                break;
            var result = _calls.Smbus(transaction, left[..transaction.Messages]);
            if (result < 0)
            {
                Failed(result);
                break;
            }

            done += transaction.Messages;
        }

        return done;
    }

    // Never by I2C_SLAVE_FORCE: two drivers of one chip would spoil each other's work.
    private bool TryChoose(I2cAddress address)
    {
        var result = _calls.SetSlave(address.Value);
        if (result >= 0)
            return true;
        if (result != -I2cAbi.EBUSY)
            Failed(result);
        else if (IsFirst(_loggedBusy, address.Value))
            LinuxI2cLog.Busy(_logger, Path, address.Value);
        return false;
    }

    private int CannotDo(SmbusShape shape)
    {
        if (IsFirst(_loggedShapes, (int)shape))
            LinuxI2cLog.CannotDo(_logger, Path, shape.Describe(), _functions);
        return 0;
    }

    // No line for a chip that does not answer: this is how a guest looks for its chips.
    private int Failed(int result)
    {
        var errno = Math.Min(-result, HighestErrno);
        if (errno is not (I2cAbi.ENXIO or I2cAbi.EREMOTEIO) && IsFirst(_loggedErrors, errno))
            LinuxI2cLog.Failed(_logger, Path, Marshal.GetPInvokeErrorMessage(errno), errno);
        return 0;
    }

    private static bool IsFirst(BitArray logged, int index)
    {
        var isFirst = !logged[index];
        logged[index] = true;
        return isFirst;
    }
}
