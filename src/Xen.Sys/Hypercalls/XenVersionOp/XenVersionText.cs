using System;
using System.Text;

namespace Xen.Sys;

/// <summary>The texts of <see cref="XenVersionOp"/> as strings, for callers with a runtime: each call allocates.</summary>
public static class XenVersionText
{
    /// <summary>What follows major and minor number: <c>.4</c>.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">A new string; empty unless the result is a success.</param>
    /// <returns>As <see cref="XenVersionOp.GetExtraVersion"/>.</returns>
    /// <remarks><c>XENVER_extraversion</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetExtraVersion<T>(T transport, out string text)
        where T : IHypercallTransport, allows ref struct
    {
        Span<byte> bytes = stackalloc byte[XenVersionOp.MaximumTextLength];
        var result = XenVersionOp.GetExtraVersion(transport, bytes, out var length);
        text = Decode(bytes[..length]);
        return result;
    }

    /// <summary>The kinds of domains that this Xen can run.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">A new string, names with a blank between; empty unless the result is a success.</param>
    /// <returns>As <see cref="XenVersionOp.GetCapabilities"/>.</returns>
    /// <remarks><c>XENVER_capabilities</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetCapabilities<T>(T transport, out string text)
        where T : IHypercallTransport, allows ref struct
    {
        Span<byte> bytes = stackalloc byte[XenVersionOp.MaximumTextLength];
        var result = XenVersionOp.GetCapabilities(transport, bytes, out var length);
        text = Decode(bytes[..length].TrimEnd((byte)' '));
        return result;
    }

    /// <summary>The revision of its source that this Xen was built from.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">A new string; empty unless the result is a success.</param>
    /// <returns>As <see cref="XenVersionOp.GetChangeset"/>.</returns>
    /// <remarks><c>XENVER_changeset</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetChangeset<T>(T transport, out string text)
        where T : IHypercallTransport, allows ref struct
    {
        Span<byte> bytes = stackalloc byte[XenVersionOp.MaximumTextLength];
        var result = XenVersionOp.GetChangeset(transport, bytes, out var length);
        text = Decode(bytes[..length]);
        return result;
    }

    /// <summary>The command line that Xen was booted with.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="text">A new string; empty unless the result is a success.</param>
    /// <returns>As <see cref="XenVersionOp.GetCommandLine"/>.</returns>
    /// <remarks><c>XENVER_commandline</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetCommandLine<T>(T transport, out string text)
        where T : IHypercallTransport, allows ref struct
    {
        Span<byte> bytes = stackalloc byte[XenVersionOp.MaximumTextLength];
        var result = XenVersionOp.GetCommandLine(transport, bytes, out var length);
        text = Decode(bytes[..length]);
        return result;
    }

    /// <summary>Who built this Xen, when, and with what.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="info">New strings; empty unless the result is a success.</param>
    /// <returns>As <see cref="XenVersionOp.GetCompileInfo"/>.</returns>
    /// <remarks><c>XENVER_compile_info</c>, public/version.h; stable.</remarks>
    public static HypercallResult GetCompileInfo<T>(T transport, out XenCompileInfo info)
        where T : IHypercallTransport, allows ref struct
    {
        var result = XenVersionOp.GetCompileInfo(transport, out var raw);
        info = new XenCompileInfo(
            Field(raw.compiler), Field(raw.compile_by), Field(raw.compile_domain), Field(raw.compile_date));
        return result;
    }

    private static string Field(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Decode(end < 0 ? field : field[..end]);
    }

    private static string Decode(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
