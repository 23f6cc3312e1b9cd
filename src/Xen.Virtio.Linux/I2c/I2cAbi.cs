using System.Runtime.InteropServices;

namespace Xen.Virtio.Linux.I2c;

/// <summary>Numbers and structures of Linux's i2c-dev, with their C names. C origin: linux/i2c.h, linux/i2c-dev.h.</summary>
internal static class I2cAbi
{
    public const uint I2C_SLAVE = 0x0703;
    public const uint I2C_FUNCS = 0x0705;
    public const uint I2C_RDWR = 0x0707;
    public const uint I2C_SMBUS = 0x0720;

    public const int I2C_RDWR_IOCTL_MAX_MSGS = 42;

    // No name in the headers; drivers/i2c/i2c-dev.c refuses more.
    public const int MaxMessageLength = 8192;

    public const ushort I2C_M_RD = 0x0001;
    public const ushort I2C_M_TEN = 0x0010;

    public const ulong I2C_FUNC_I2C = 0x00000001;
    public const ulong I2C_FUNC_10BIT_ADDR = 0x00000002;
    public const ulong I2C_FUNC_SMBUS_QUICK = 0x00010000;
    public const ulong I2C_FUNC_SMBUS_READ_BYTE = 0x00020000;
    public const ulong I2C_FUNC_SMBUS_WRITE_BYTE = 0x00040000;
    public const ulong I2C_FUNC_SMBUS_READ_BYTE_DATA = 0x00080000;
    public const ulong I2C_FUNC_SMBUS_WRITE_BYTE_DATA = 0x00100000;
    public const ulong I2C_FUNC_SMBUS_READ_WORD_DATA = 0x00200000;
    public const ulong I2C_FUNC_SMBUS_WRITE_WORD_DATA = 0x00400000;
    public const ulong I2C_FUNC_SMBUS_PROC_CALL = 0x00800000;
    public const ulong I2C_FUNC_SMBUS_WRITE_BLOCK_DATA = 0x02000000;
    public const ulong I2C_FUNC_SMBUS_READ_I2C_BLOCK = 0x04000000;
    public const ulong I2C_FUNC_SMBUS_WRITE_I2C_BLOCK = 0x08000000;

    public const byte I2C_SMBUS_WRITE = 0;
    public const byte I2C_SMBUS_READ = 1;

    public const uint I2C_SMBUS_QUICK = 0;
    public const uint I2C_SMBUS_BYTE = 1;
    public const uint I2C_SMBUS_BYTE_DATA = 2;
    public const uint I2C_SMBUS_WORD_DATA = 3;
    public const uint I2C_SMBUS_PROC_CALL = 4;
    public const uint I2C_SMBUS_BLOCK_DATA = 5;
    public const uint I2C_SMBUS_I2C_BLOCK_DATA = 8;

    public const int I2C_SMBUS_BLOCK_MAX = 32;

    /// <summary>Size of <c>union i2c_smbus_data</c>.</summary>
    public const int SmbusDataSize = I2C_SMBUS_BLOCK_MAX + 2;

    // errno values that are the same on x86 and Arm.
    public const int ENXIO = 6;
    public const int EBUSY = 16;
    public const int ENODATA = 61;
    public const int EREMOTEIO = 121;

    /// <summary>C origin: <c>struct i2c_msg</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Msg
    {
        public ushort Addr;
        public ushort Flags;
        public ushort Len;
        public nuint Buf;
    }

    /// <summary>C origin: <c>struct i2c_rdwr_ioctl_data</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct RdwrIoctlData
    {
        public nuint Msgs;
        public uint Nmsgs;
    }

    /// <summary>C origin: <c>struct i2c_smbus_ioctl_data</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SmbusIoctlData
    {
        public byte ReadWrite;
        public byte Command;
        public uint Size;
        public nuint Data;
    }
}
