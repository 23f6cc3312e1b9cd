using System;
using System.Globalization;
using Xen.Sys;

namespace Xen.Testing.Tracing;

/// <summary>A window whose populations are written as lines of text.</summary>
internal sealed unsafe class TracingForeignWindow(IForeignWindow inner, DomainId domain, TraceLog log) : IForeignWindow
{
    public byte* Address => inner.Address;

    public ulong FrameCount => inner.FrameCount;

    public HypercallResult Populate(GuestFrameNumber first, Span<int> errors)
    {
        var start = TraceLog.Now;
        var result = inner.Populate(first, errors);
        log.Write(
            string.Create(CultureInfo.InvariantCulture, $"foreign populate d{domain} first=0x{first.Value:x} count={errors.Length}"),
            TraceLog.Result(result) + (result.IsSuccess ? TracingForeignMemory.Errors(errors) : ""),
            start);
        return result;
    }

    public int Retry(GuestFrameNumber frame)
    {
        var start = TraceLog.Now;
        var errno = inner.Retry(frame);
        log.Write(
            string.Create(CultureInfo.InvariantCulture, $"foreign retry d{domain} gfn=0x{frame.Value:x}"),
            errno == 0 ? "0" : "-" + XenErrno.Name(errno),
            start);
        return errno;
    }

    public void Dispose()
    {
        var start = TraceLog.Now;
        inner.Dispose();
        log.Write($"foreign close_window d{domain}", "0", start);
    }
}
