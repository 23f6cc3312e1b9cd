using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd.Tests.Support;

/// <summary>
/// A kernel that answers as a test tells it to, and writes down what it was asked. Memory and eventfds are Linux's; what
/// is mapped is counted, so that nothing can be unmapped twice or forgotten.
/// </summary>
internal sealed unsafe class ScriptedKernel : IKernel
{
    private readonly ConcurrentDictionary<nint, nuint> _mapped = new();
    private readonly ConcurrentDictionary<nint, nuint> _reserved = new();

    private int _polls;
    private int _blockingPolls;
    private int _reads;

    /// <summary>Answers a request to a driver.</summary>
    internal delegate HypercallResult Request(void* argument);

    public int PageSize { get; init; } = XenPage.Size;

    /// <summary>What was asked, in the words of the system calls.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Device files that cannot be opened, with the errno.</summary>
    public Dictionary<string, int> Missing { get; } = [];

    /// <summary>Device files that are something else here, for reads, writes and polls.</summary>
    public Dictionary<string, SafeHandle> Files { get; } = [];

    public List<TestFile> Opened { get; } = [];

    public Dictionary<ulong, Request> Requests { get; } = [];

    /// <summary>What the next calls answer in place of the usual: 0 for the usual, or an errno.</summary>
    public Queue<int> MapErrors { get; } = new();

    public Queue<int> UnmapErrors { get; } = new();

    public Queue<int> AdviseErrors { get; } = new();

    public Queue<int> EventErrors { get; } = new();

    public Queue<int> PollErrors { get; } = new();

    /// <summary>What is mapped now, reservations left out.</summary>
    public IReadOnlyDictionary<nint, nuint> Mapped => _mapped;

    /// <summary>Address space that is taken, but holds nothing by itself.</summary>
    public IReadOnlyDictionary<nint, nuint> Reserved => _reserved;

    /// <summary>How often somebody polled.</summary>
    public int Polls => Volatile.Read(ref _polls);

    /// <summary>How often somebody polled for longer than no time.</summary>
    public int BlockingPolls => Volatile.Read(ref _blockingPolls);

    /// <summary>How often somebody read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Requests to unmap what was not mapped.</summary>
    public int WrongUnmaps { get; private set; }

    public HypercallResult Open(string path, int flags, out SafeHandle? file)
    {
        Calls.Enqueue("open " + path);
        file = null;
        if (Missing.TryGetValue(path, out var errno))
            return HypercallResult.Failure(errno);
        if (Files.TryGetValue(path, out var other))
        {
            file = other;
            return default;
        }

        var opened = new TestFile();
        Opened.Add(opened);
        file = opened;
        return default;
    }

    public HypercallResult CreateEvent(out SafeHandle? file)
    {
        file = null;
        return Scripted(EventErrors) ?? LinuxKernel.Instance.CreateEvent(out file);
    }

    public HypercallResult Ioctl(SafeHandle file, ulong request, void* argument)
    {
        ObjectDisposedException.ThrowIf(file.IsClosed, file);
        Calls.Enqueue("ioctl " + NameOf(request));
        return Requests.TryGetValue(request, out var answer)
            ? answer(argument)
            : HypercallResult.Failure(Libc.ENOTTY);
    }

    public HypercallResult Read(SafeHandle file, void* buffer, nuint count)
    {
        Interlocked.Increment(ref _reads);
        return LinuxKernel.Instance.Read(file, buffer, count);
    }

    public HypercallResult Write(SafeHandle file, void* buffer, nuint count) =>
        LinuxKernel.Instance.Write(file, buffer, count);

    public HypercallResult Poll(ReadOnlySpan<SafeHandle> files, Span<bool> ready, int milliseconds)
    {
        Interlocked.Increment(ref _polls);
        if (milliseconds != 0)
            Interlocked.Increment(ref _blockingPolls);
        return Scripted(PollErrors) ?? LinuxKernel.Instance.Poll(files, ready, milliseconds);
    }

    public HypercallResult Map(
        nint hint, nuint length, int protection, int flags, SafeHandle? file, ulong offset, out nint address)
    {
        ObjectDisposedException.ThrowIf(file is { IsClosed: true }, this);
        var at = (flags & Libc.MAP_FIXED) != 0 ? " fixed" : "";
        Calls.Enqueue($"mmap{at} {length:x} prot {protection} flags {flags:x} offset {offset:x}");
        address = Libc.MAP_FAILED;
        if (Scripted(MapErrors) is { } failure)
            return failure;

        var own = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | (flags & (Libc.MAP_FIXED | Libc.MAP_NORESERVE));
        var result = LinuxKernel.Instance.Map(hint, length, protection, own, null, 0, out address);
        if (protection != Libc.PROT_NONE)
            _mapped[address] = length;
        else if ((flags & Libc.MAP_FIXED) == 0)
            _reserved[address] = length;
        else if (!_mapped.TryRemove(address, out var mapped) || mapped != length)
            WrongUnmaps++;
        return result;
    }

    public HypercallResult Unmap(nint address, nuint length)
    {
        Calls.Enqueue($"munmap {length:x}");
        if (Scripted(UnmapErrors) is { } failure)
            return failure;
        if (_reserved.TryRemove(address, out var reserved) && reserved == length)
            RemoveWithin(address, length);
        else if (!_mapped.TryRemove(address, out var mapped) || mapped != length)
            WrongUnmaps++;
        return LinuxKernel.Instance.Unmap(address, length);
    }

    public HypercallResult Advise(nint address, nuint length, int advice)
    {
        Calls.Enqueue($"madvise {advice}");
        return Scripted(AdviseErrors) ?? default;
    }

    public void Pause(TimeSpan time) => Calls.Enqueue("pause");

    /// <summary>The calls so far, and forgets them.</summary>
    internal string[] TakeCalls()
    {
        var calls = Calls.ToArray();
        Calls.Clear();
        return calls;
    }

    private void RemoveWithin(nint address, nuint length)
    {
        foreach (var place in _mapped.Keys)
        {
            if ((nuint)(place - address) < length)
                _mapped.TryRemove(place, out _);
        }
    }

    private static HypercallResult? Scripted(Queue<int> errors) =>
        errors.TryDequeue(out var errno) && errno != 0 ? HypercallResult.Failure(errno) : null;

    private static string NameOf(ulong request) => request switch
    {
        XenAbi.IOCTL_PRIVCMD_HYPERCALL => "HYPERCALL",
        XenAbi.IOCTL_PRIVCMD_DM_OP => "DM_OP",
        XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2 => "MMAPBATCH_V2",
        XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE => "MMAP_RESOURCE",
        XenAbi.IOCTL_PRIVCMD_RESTRICT => "RESTRICT",
        XenAbi.IOCTL_PRIVCMD_IRQFD => "IRQFD",
        XenAbi.IOCTL_PRIVCMD_IOEVENTFD => "IOEVENTFD",
        XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN => "BIND_INTERDOMAIN",
        XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT => "BIND_UNBOUND_PORT",
        XenAbi.IOCTL_EVTCHN_BIND_VIRQ => "BIND_VIRQ",
        XenAbi.IOCTL_EVTCHN_UNBIND => "UNBIND",
        XenAbi.IOCTL_EVTCHN_RESET => "RESET",
        XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF => "MAP_GRANT_REF",
        XenAbi.IOCTL_GNTDEV_UNMAP_GRANT_REF => "UNMAP_GRANT_REF",
        XenAbi.IOCTL_GNTDEV_SET_UNMAP_NOTIFY => "SET_UNMAP_NOTIFY",
        XenAbi.IOCTL_GNTDEV_GRANT_COPY => "GRANT_COPY",
        XenAbi.IOCTL_GNTALLOC_ALLOC_GREF => "ALLOC_GREF",
        XenAbi.IOCTL_GNTALLOC_DEALLOC_GREF => "DEALLOC_GREF",
        _ => request.ToString("x", null),
    };
}
