using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Linux.Gpio;

namespace Xen.Virtio.Linux.Tests.Gpio;

/// <summary>
/// A kernel with one chip. A requested line is the end of a pipe, so that its events are waited for and read as real ones,
/// and the kernel knows by the pipe that the line was given back.
/// </summary>
internal sealed partial class SimulatedGpioKernel : IGpioKernel, IDisposable
{
    private readonly Lock _gate = new();
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gpio-");
    private readonly Line[] _lines;

    internal SimulatedGpioKernel(params string[] names)
    {
        _lines = [.. Array.ConvertAll(names, name => new Line(name))];
        Directory.CreateDirectory(Path.Combine(_root.FullName, "dev"));
        foreach (var number in (int[])[0, 3])
            File.WriteAllText(Path.Combine(_root.FullName, "dev", $"gpiochip{number}"), $"{number}");
    }

    internal GpioHost Host => new(_root.FullName, this);

    /// <summary>What was set up last of a line, and for whom.</summary>
    internal (ulong Flags, bool High, string Consumer, bool IsRequested) this[int line]
    {
        get
        {
            lock (_gate)
                return (_lines[line].Flags, _lines[line].Value, _lines[line].Consumer, _lines[line].IsRequested);
        }
    }

    /// <summary>Gives a line to another program of the host.</summary>
    internal void Occupy(int line, string consumer) => _lines[line].Other = consumer;

    /// <summary>The hardware of a requested line goes away: nothing more comes.</summary>
    internal void Unplug(int line)
    {
        lock (_gate)
            _lines[line].Events!.Dispose();
    }

    /// <summary>The world drives a line.</summary>
    internal void Drive(int line, bool high)
    {
        lock (_gate)
        {
            var state = _lines[line];
            if (state.Value == high)
                return;
            state.Value = high;
            var edge = high ? GpioAbi.GPIO_V2_LINE_FLAG_EDGE_RISING : GpioAbi.GPIO_V2_LINE_FLAG_EDGE_FALLING;
            if (!state.IsRequested || (state.Flags & edge) == 0)
                return;
            // A full buffer loses events, as the kernel's does; so does a line that was given back meanwhile.
            var happened = new GpioAbi.LineEvent { Id = high ? 1u : 2u, Offset = (uint)line };
            FdIo.Write(state.Events!, MemoryMarshal.AsBytes(new ReadOnlySpan<GpioAbi.LineEvent>(in happened)));
        }
    }

    public SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    public unsafe int Ioctl(SafeFileHandle file, uint request, nuint argument)
    {
        lock (_gate)
        {
            // SAFETY: the caller passes the structure that the request takes; the layout tests hold their sizes.
            return request switch
            {
                GpioAbi.GPIO_GET_CHIPINFO_IOCTL => Describe(ref Unsafe.AsRef<GpioAbi.ChipInfo>((void*)argument)),
                GpioAbi.GPIO_V2_GET_LINEINFO_IOCTL => Describe(ref Unsafe.AsRef<GpioAbi.LineInfo>((void*)argument)),
                GpioAbi.GPIO_V2_GET_LINE_IOCTL => Request(ref Unsafe.AsRef<GpioAbi.LineRequest>((void*)argument)),
                GpioAbi.GPIO_V2_LINE_SET_CONFIG_IOCTL => Of(file).SetUp(Unsafe.AsRef<GpioAbi.LineConfig>((void*)argument)),
                GpioAbi.GPIO_V2_LINE_GET_VALUES_IOCTL => Of(file).Get(ref Unsafe.AsRef<GpioAbi.LineValues>((void*)argument)),
                GpioAbi.GPIO_V2_LINE_SET_VALUES_IOCTL => Of(file).Set(Unsafe.AsRef<GpioAbi.LineValues>((void*)argument)),
                _ => -25,
            };
        }
    }

    public void Dispose()
    {
        foreach (var line in _lines)
            line.Events?.Dispose();
        _root.Delete(recursive: true);
    }

    // Without the look at the pipe, and without a closure: a test counts what is allocated.
    private Line Of(SafeFileHandle file)
    {
        foreach (var line in _lines)
        {
            if (line.Fd == file.DangerousGetHandle())
                return line;
        }

        throw new InvalidOperationException("a file that is no line");
    }

    private int Describe(ref GpioAbi.ChipInfo info)
    {
        "gpiochip0"u8.CopyTo(info.Name);
        "simulated"u8.CopyTo(info.Label);
        info.Lines = (uint)_lines.Length;
        return 0;
    }

    private int Describe(ref GpioAbi.LineInfo info)
    {
        if (info.Offset >= _lines.Length)
            return -GpioAbi.EINVAL;
        var line = _lines[info.Offset];
        Encoding.UTF8.GetBytes(line.Name).CopyTo(info.Name);
        Encoding.UTF8.GetBytes(line.Other ?? line.Consumer).CopyTo(info.Consumer);
        var direction = line.Flags & (GpioAbi.GPIO_V2_LINE_FLAG_INPUT | GpioAbi.GPIO_V2_LINE_FLAG_OUTPUT);
        info.Flags = (direction != 0 ? direction : GpioAbi.GPIO_V2_LINE_FLAG_INPUT)
            | (line.IsRequested || line.Other is not null ? GpioAbi.GPIO_V2_LINE_FLAG_USED : 0);
        return 0;
    }

    private int Request(ref GpioAbi.LineRequest request)
    {
        if (request.NumLines != 1 || request.Offsets[0] >= _lines.Length)
            return -GpioAbi.EINVAL;
        var line = _lines[request.Offsets[0]];
        if (line.IsRequested || line.Other is not null)
            return -GpioAbi.EBUSY;
        line.Events?.Dispose();
        Span<int> ends = stackalloc int[2];
        Assert.Equal(0, Pipe(ends, Posix.O_CLOEXEC));
        line.Events = new SafeFileHandle(ends[1], ownsHandle: true);
        Assert.Equal(0, Posix.Fcntl(line.Events, Posix.F_SETFL, Posix.O_NONBLOCK));
        // From now on it is the caller's, as a file that a kernel returns.
        request.Fd = ends[0];
        line.Fd = request.Fd;
        line.Pipe = Line.Target(request.Fd);
        line.Consumer = GpioCalls.TextOf(request.Consumer);
        return line.SetUp(request.Config);
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe(Span<int> ends, int flags);

    private sealed class Line(string name)
    {
        public string Name => name;

        public string? Other { get; set; }

        public string Consumer { get; set; } = "";

        public ulong Flags { get; private set; }

        public bool Value { get; set; }

        public SafeFileHandle? Events { get; set; }

        public nint Fd { get; set; }

        public string? Pipe { get; set; }

        public bool IsRequested => Pipe is not null && Target(Fd) == Pipe;

        public static string? Target(nint fd) => new FileInfo($"/proc/self/fd/{fd}").LinkTarget;

        public int SetUp(in GpioAbi.LineConfig config)
        {
            const ulong Both = GpioAbi.GPIO_V2_LINE_FLAG_INPUT | GpioAbi.GPIO_V2_LINE_FLAG_OUTPUT;
            const ulong Edges = GpioAbi.GPIO_V2_LINE_FLAG_EDGE_RISING | GpioAbi.GPIO_V2_LINE_FLAG_EDGE_FALLING;
            if ((config.Flags & Both) == Both
                || ((config.Flags & Edges) != 0 && (config.Flags & GpioAbi.GPIO_V2_LINE_FLAG_INPUT) == 0)
                || config.NumAttrs > 1)
                return -GpioAbi.EINVAL;
            if ((config.Flags & Both) != 0)
                Flags = config.Flags;
            if (config.NumAttrs == 1)
            {
                if (config.Attrs[0].Attr.Id != GpioAbi.GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES || config.Attrs[0].Mask != 1)
                    return -GpioAbi.EINVAL;
                Value = config.Attrs[0].Attr.Values == 1;
            }

            return 0;
        }

        public int Get(ref GpioAbi.LineValues values)
        {
            if (values.Mask != 1)
                return -GpioAbi.EINVAL;
            values.Bits = Value ? 1UL : 0;
            return 0;
        }

        public int Set(in GpioAbi.LineValues values)
        {
            if ((Flags & GpioAbi.GPIO_V2_LINE_FLAG_OUTPUT) == 0)
                return -GpioAbi.EPERM;
            Value = values is { Mask: 1, Bits: 1 };
            return 0;
        }
    }
}
