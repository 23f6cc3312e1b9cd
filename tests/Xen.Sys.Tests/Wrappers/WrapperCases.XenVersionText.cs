namespace Xen.Sys.Tests.Wrappers;

/// <content>xen_version, 17, as strings.</content>
internal static partial class WrapperCases
{
    private static WrapperCase[] XenVersionTextCases =>
    [
        new("XenVersionText.GetExtraVersion", static xen =>
        {
            var result = XenVersionText.GetExtraVersion(xen, out var text);
            xen.Out(text.Length);
            xen.Out(text is ".4" ? 1 : 0);
            return result;
        })
        { Registers = [17, 1, P], Sent = "00*16", Reply = ["0:2e34"], Out = [2, 1], Allocates = true },
        new("XenVersionText.GetCapabilities", static xen =>
        {
            var result = XenVersionText.GetCapabilities(xen, out var text);
            xen.Out(text.Length);
            xen.Out(text is "a b" ? 1 : 0);
            return result;
        })
        { Registers = [17, 3, P], Sent = "00*1024", Reply = ["0:61206220"], Out = [3, 1], Allocates = true },
        new("XenVersionText.GetChangeset", static xen =>
        {
            var result = XenVersionText.GetChangeset(xen, out var text);
            xen.Out(text.Length);
            return result;
        })
        { Registers = [17, 4, P], Sent = "00*64", Reply = ["0:61*64"], Out = [64], Allocates = true },
        new("XenVersionText.GetCommandLine", static xen =>
        {
            var result = XenVersionText.GetCommandLine(xen, out var text);
            xen.Out(text.Length);
            xen.Out(text is "com1" ? 1 : 0);
            return result;
        })
        { Registers = [17, 9, P], Sent = "00*1024", Reply = ["0:636f6d31"], Out = [4, 1], Allocates = true },
        new("XenVersionText.GetCompileInfo", static xen =>
        {
            var result = XenVersionText.GetCompileInfo(xen, out var info);
            xen.Out(info.Compiler.Length);
            xen.Out(info.BuiltBy.Length);
            xen.Out(info.Domain.Length);
            xen.Out(info.Date.Length);
            return result;
        })
        {
            Registers = [17, 2, P],
            Sent = "00*144",
            Reply = ["0:61*64", "64:61*16", "80:6161", "112:616161"],
            Out = [64, 16, 2, 3],
            Allocates = true,
        },
    ];
}
