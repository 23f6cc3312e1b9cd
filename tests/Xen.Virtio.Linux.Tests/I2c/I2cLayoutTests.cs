using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Xen.Virtio.Linux.I2c;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>The numbers and structures of i2c-dev: as they are on 64 bits, and as the C compiler has them.</summary>
public sealed class I2cLayoutTests
{
    private const string Header = "/usr/include/linux/i2c-dev.h";

    [Fact]
    public void Structures_are_those_of_64_bits()
    {
        Assert.Equal((16, 2, 4, 8), (
            Marshal.SizeOf<I2cAbi.Msg>(), Offset<I2cAbi.Msg>(nameof(I2cAbi.Msg.Flags)),
            Offset<I2cAbi.Msg>(nameof(I2cAbi.Msg.Len)), Offset<I2cAbi.Msg>(nameof(I2cAbi.Msg.Buf))));
        Assert.Equal((16, 0, 8), (
            Marshal.SizeOf<I2cAbi.RdwrIoctlData>(), Offset<I2cAbi.RdwrIoctlData>(nameof(I2cAbi.RdwrIoctlData.Msgs)),
            Offset<I2cAbi.RdwrIoctlData>(nameof(I2cAbi.RdwrIoctlData.Nmsgs))));
        Assert.Equal((16, 1, 4, 8), (
            Marshal.SizeOf<I2cAbi.SmbusIoctlData>(), Offset<I2cAbi.SmbusIoctlData>(nameof(I2cAbi.SmbusIoctlData.Command)),
            Offset<I2cAbi.SmbusIoctlData>(nameof(I2cAbi.SmbusIoctlData.Size)),
            Offset<I2cAbi.SmbusIoctlData>(nameof(I2cAbi.SmbusIoctlData.Data))));
    }

    [Fact]
    public void C_compiler_agrees_on_every_number_and_offset()
    {
        Assert.SkipUnless(File.Exists(Header) && File.Exists("/usr/bin/gcc"), "needs gcc, and Linux's headers for programs");
        var text = new StringBuilder("#include <stddef.h>\n#include <errno.h>\n#include <linux/i2c.h>\n#include <linux/i2c-dev.h>\n");
        var constants = typeof(I2cAbi).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.Name.Any(c => c == '_') || field.Name[0] == 'E')
            .ToList();
        Assert.True(constants.Count > 30);
        foreach (var constant in constants)
            Check(text, constant.Name, $"{constant.GetRawConstantValue()}ull");
        Check(text, "sizeof(union i2c_smbus_data)", $"{I2cAbi.SmbusDataSize}");
        CheckStructure<I2cAbi.Msg>(text, "i2c_msg");
        CheckStructure<I2cAbi.RdwrIoctlData>(text, "i2c_rdwr_ioctl_data");
        CheckStructure<I2cAbi.SmbusIoctlData>(text, "i2c_smbus_ioctl_data");

        var start = new ProcessStartInfo("/usr/bin/gcc", ["-fsyntax-only", "-x", "c", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var compiler = Process.Start(start)!;
        compiler.StandardInput.Write(text);
        compiler.StandardInput.Close();
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
    }

    private static void CheckStructure<T>(StringBuilder text, string name)
        where T : struct
    {
        Check(text, $"sizeof(struct {name})", $"{Marshal.SizeOf<T>()}");
        foreach (var field in typeof(T).GetFields())
        {
            // ReadWrite is read_write.
            var member = string.Concat(field.Name.Select((c, i) =>
                char.IsUpper(c) && i != 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
            Check(text, $"offsetof(struct {name}, {member})", $"{Marshal.OffsetOf<T>(field.Name)}");
        }
    }

    private static void Check(StringBuilder text, string expression, string value) =>
        text.Append("_Static_assert(").Append(expression).Append(" == ").Append(value).Append(", \"")
            .Append(expression).Append("\");\n");

    private static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);
}
