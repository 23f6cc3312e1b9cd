using System;

namespace Xen.Sys.Tests.Wrappers;

/// <content>xen_version, 17, and console_io, 18.</content>
internal static partial class WrapperCases
{
    private static WrapperCase[] XenVersionCases =>
    [
        new("XenVersionOp.GetVersion", static xen =>
        {
            var result = XenVersionOp.GetVersion(xen, out var version);
            xen.Out(version.Major);
            xen.Out(version.Minor);
            return result;
        })
        { Registers = [17, 0], Answer = (4 << 16) | 17, Out = [4, 17] },
        new("XenVersionOp.GetPageSize", static xen =>
        {
            var result = XenVersionOp.GetPageSize(xen, out var bytes);
            xen.Out(bytes);
            return result;
        })
        { Registers = [17, 7], Answer = 4096, Out = [4096] },
        new("XenVersionOp.GetPlatformParameters", static xen =>
        {
            var result = XenVersionOp.GetPlatformParameters(xen, out var start);
            xen.Out((long)start);
            return result;
        })
        { Registers = [17, 5, P], Sent = "00*8", Reply = ["0:000000000080ff00"], Out = [0x00ff_8000_0000_0000] },
        new("XenVersionOp.GetFeatures", static xen =>
        {
            var result = XenVersionOp.GetFeatures(xen, 1, out var features);
            xen.Out(features);
            return result;
        })
        { Registers = [17, 6, P], Sent = "01000000 00000000", Reply = ["4:05040302"], Out = [0x0203_0405] },
        new("XenVersionOp.GetGuestHandle", static xen =>
        {
            var result = XenVersionOp.GetGuestHandle(xen, out var handle);
            xen.Out(handle == Guid.Empty ? 0 : 1);
            xen.Out(handle == new Guid("00112233-4455-6677-8899-aabbccddeeff") ? 1 : 0);
            return result;
        })
        {
            Registers = [17, 8, P],
            Sent = "00*16",
            Reply = ["0:00112233445566778899aabbccddeeff"],
            Out = [1, 1],
        },
        new("XenVersionOp.GetExtraVersion", static xen =>
        {
            Span<byte> text = stackalloc byte[16];
            var result = XenVersionOp.GetExtraVersion(xen, text, out var length);
            xen.Out(length);
            xen.Out(text[1]);
            return result;
        })
        { Registers = [17, 1, P], Sent = "00*16", Reply = ["0:2e3400"], Out = [2, '4'] },
        new("XenVersionOp.GetExtraVersion", static xen =>
        {
            Span<byte> text = stackalloc byte[1];
            var result = XenVersionOp.GetExtraVersion(xen, text, out var length);
            xen.Out(length);
            xen.Out(text[0]);
            return result;
        })
        {
            Variant = "text that does not fit",
            Registers = [17, 1, P],
            Sent = "00*16",
            Reply = ["0:2e3400"],
            Result = -XenAbi.XEN_E2BIG,
            Out = [0, 0],
        },
        new("XenVersionOp.GetCapabilities", static xen =>
        {
            Span<byte> text = stackalloc byte[XenVersionOp.MaximumTextLength];
            var result = XenVersionOp.GetCapabilities(xen, text, out var length);
            xen.Out(length);
            xen.Out(text[1023]);
            return result;
        })
        {
            Variant = "text without an end",
            Registers = [17, 3, P],
            Sent = "00*1024",
            Reply = ["0:61*1024"],
            Out = [1024, 'a'],
        },
        new("XenVersionOp.GetChangeset", static xen =>
        {
            Span<byte> text = stackalloc byte[64];
            var result = XenVersionOp.GetChangeset(xen, text, out var length);
            xen.Out(length);
            xen.Out(text[0]);
            return result;
        })
        { Registers = [17, 4, P], Sent = "00*64", Reply = ["0:6269"], Out = [2, 'b'] },
        new("XenVersionOp.GetCommandLine", static xen =>
        {
            Span<byte> text = stackalloc byte[8];
            var result = XenVersionOp.GetCommandLine(xen, text, out var length);
            xen.Out(length);
            xen.Out(text[2]);
            return result;
        })
        { Registers = [17, 9, P], Sent = "00*1024", Reply = ["0:636f6d31"], Out = [4, 'm'] },
        new("XenVersionOp.GetCompileInfo", static xen =>
        {
            var result = XenVersionOp.GetCompileInfo(xen, out var info);
            xen.Out(info.compiler[63]);
            xen.Out(info.compile_by[0]);
            xen.Out(info.compile_domain[0]);
            xen.Out(info.compile_date[31]);
            return result;
        })
        {
            Registers = [17, 2, P],
            Sent = "00*144",
            Reply = ["63:0102", "80:03", "143:04"],
            Out = [1, 2, 3, 4],
        },
        new("XenVersionOp.GetBuildIdLength", static xen =>
        {
            var result = XenVersionOp.GetBuildIdLength(xen, out var length);
            xen.Out(length);
            return result;
        })
        { Registers = [17, 10], Answer = 20, Out = [20] },
        new("XenVersionOp.GetBuildId", static xen =>
        {
            Span<byte> id = stackalloc byte[8];
            var result = XenVersionOp.GetBuildId(xen, id, out var length);
            xen.Out(length);
            xen.Out(id[0]);
            xen.Out(id[4]);
            return result;
        })
        {
            Registers = [17, 10, P],
            Sent = "08000000 00*8",
            Answer = 4,
            Reply = ["4:1122334455"],
            Out = [4, 0x11, 0],
        },
    ];

    private static WrapperCase[] ConsoleCases =>
    [
        new("ConsoleIo.Write", static xen => ConsoleIo.Write(xen, "hello"u8))
        { Registers = [18, 0, 5, P], Sent = "68656c6c6f" },
        new("ConsoleIo.Read", static xen =>
        {
            Span<byte> text = stackalloc byte[4];
            var result = ConsoleIo.Read(xen, text, out var length);
            xen.Out(length);
            xen.Out(text[0]);
            xen.Out(text[2]);
            return result;
        })
        { Registers = [18, 1, 4, P], Sent = "00*4", Answer = 2, Reply = ["0:616263"], Out = [2, 'a', 0] },
    ];
}
