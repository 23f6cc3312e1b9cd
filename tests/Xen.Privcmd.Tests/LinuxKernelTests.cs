using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>Linux's system calls answer their result or the errno of that very call.</summary>
public sealed unsafe class LinuxKernelTests
{
    private static readonly LinuxKernel s_linux = LinuxKernel.Instance;

    [Fact]
    public void Errno_is_that_of_the_call()
    {
        Assert.Equal(XenAbi.XEN_ENOENT, s_linux.Open("/dev/xen-that-is-not", Libc.O_RDWR, out var missing).Errno);
        Assert.Null(missing);
        Assert.True(s_linux.Open("/dev/null", Libc.O_RDWR, out var file).IsSuccess);
        using (file)
            Assert.Equal(Libc.ENOTTY, s_linux.Ioctl(file!, XenAbi.IOCTL_PRIVCMD_RESTRICT, null).Errno);

        Assert.True(Event(out var events).IsSuccess);
        ulong count;
        Assert.Equal(XenAbi.XEN_EFAULT, s_linux.Write(events, (void*)8, 8).Errno);
        Assert.Equal(XenAbi.XEN_EAGAIN, s_linux.Read(events, &count, 8).Errno);
        events.Dispose();

        Assert.Equal(XenAbi.XEN_EINVAL, s_linux.Unmap(1, 1).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, s_linux.Map(0, 0, 0, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, null, 0, out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, s_linux.Advise(0, 0, 12345).Errno);
    }

    [Fact]
    public void Files_are_not_inherited_by_programs_that_are_started()
    {
        const int CloseOnExec = 0x80000;
        Assert.True(s_linux.Open("/dev/null", Libc.O_RDWR, out var file).IsSuccess);
        Assert.True(Event(out var events).IsSuccess);
        foreach (var open in (SafeHandle[])[file!, events])
        {
            var flags = File.ReadLines($"/proc/self/fdinfo/{open.DangerousGetHandle()}")
                .First(line => line.StartsWith("flags:", StringComparison.Ordinal))["flags:".Length..].Trim();
            Assert.NotEqual(0, Convert.ToInt32(flags, 8) & CloseOnExec);
            open.Dispose();
        }
    }

    [Fact]
    public void Closed_file_is_no_file_and_the_others_are_let_go()
    {
        Assert.True(Event(out var open).IsSuccess);
        Assert.True(Event(out var closed).IsSuccess);
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => s_linux.Poll([open, closed], new bool[2], 0));
        Assert.Throws<ObjectDisposedException>(() => s_linux.Ioctl(closed, 0, null));
        Assert.Throws<ObjectDisposedException>(() => s_linux.Read(closed, null, 0));
        Assert.Throws<ObjectDisposedException>(() => s_linux.Map(0, 4096, 0, Libc.MAP_SHARED, closed, 0, out _));

        // A reference that was left behind would keep it open.
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{open.DangerousGetHandle()}");
        Assert.Equal("anon_inode:[eventfd]", new FileInfo(path).LinkTarget);
        open.Dispose();
        Assert.NotEqual("anon_inode:[eventfd]", new FileInfo(path).LinkTarget);
    }

    [Fact]
    public void Poll_says_which_file_is_ready()
    {
        var files = new SafeHandle[70];
        for (var i = 0; i < files.Length; i++)
            Assert.True(Event(out files[i]).IsSuccess);
        ulong one = 1;
        Assert.Equal(8, s_linux.Write(files[65], &one, 8).Value);
        var ready = new bool[files.Length];
        Assert.Equal(1, s_linux.Poll(files, ready, -1).Value);
        Assert.Equal(65, Array.IndexOf(ready, true));
        Assert.Equal(1, ready.Count(each => each));
        foreach (var file in files)
            file.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(
            () => s_linux.Poll(new SafeHandle[IKernel.MaximumPolled + 1], new bool[IKernel.MaximumPolled + 1], 0));
    }

    [Fact]
    public void Host_page_is_at_least_Xens() => Assert.True(s_linux.PageSize >= XenPage.Size);

    private static HypercallResult Event(out SafeHandle file)
    {
        var result = s_linux.CreateEvent(out var created);
        file = created!;
        return result;
    }
}
