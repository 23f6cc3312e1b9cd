using System;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>Linux's i2c-stub: one chip of 256 registers of 16 bits, reached by SMBus transactions only.</summary>
internal sealed class I2cStubKernel(ushort chip) : SimulatedI2cKernel(I2cStubKernel.Offered)
{
    private const ulong Offered = 0x0c7f0000;

    private readonly ushort[] _words = new ushort[256];
    private byte _pointer;

    protected override int Transact(ushort address, bool isRead, byte command, int size, Span<byte> data)
    {
        if (address != chip)
            return -19;
        switch (size)
        {
            case 0:
                break;
            case 1 when isRead:
                data[0] = (byte)_words[_pointer++];
                break;
            case 1:
                _pointer = command;
                break;
            case 2 when isRead:
                data[0] = (byte)_words[command];
                _pointer = (byte)(command + 1);
                break;
            case 2:
                _words[command] = (ushort)((_words[command] & 0xff00) | data[0]);
                _pointer = (byte)(command + 1);
                break;
            case 3 when isRead:
                BitConverter.TryWriteBytes(data, _words[command]);
                break;
            case 3:
                _words[command] = BitConverter.ToUInt16(data);
                break;
            case 8:
                data[0] = (byte)Math.Min(data[0], 256 - command);
                for (var i = 0; i < data[0]; i++)
                {
                    ref var word = ref _words[command + i];
                    if (isRead)
                        data[1 + i] = (byte)word;
                    else
                        word = (ushort)((word & 0xff00) | data[1 + i]);
                }

                break;
            default:
                return NotSupported;
        }

        return 0;
    }
}
