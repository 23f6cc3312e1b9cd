using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Xen.Virtio.Storage.Nbd;
using Xen.Virtio.Tests.Storage.Qcow2;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>The real qemu-nbd over a file of its own.</summary>
internal sealed class QemuNbd : IDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qemu-nbd-");
    private readonly string[] _arguments;
    private Process _process;

    public QemuNbd(byte[] content, params string[] arguments)
    {
        QemuTools.Install();
        _arguments = arguments;
        File.WriteAllBytes(ImagePath, content);
        _process = Start();
    }

    public string ImagePath => Path.Combine(_folder.FullName, "disk.img");

    public NbdEndpoint Endpoint => NbdEndpoint.Unix(Path.Combine(_folder.FullName, "socket"), "disk");

    /// <summary>Kills the server and starts it again, after a while without any.</summary>
    public void Restart(Action? between = null)
    {
        Kill();
        between?.Invoke();
        _process = Start();
    }

    public void Dispose()
    {
        Kill();
        _folder.Delete(recursive: true);
    }

    private void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private Process Start()
    {
        File.Delete(Endpoint.SocketPath!);
        var process = Process.Start(new ProcessStartInfo(
            "qemu-nbd",
            ["--persistent", "--shared=4", "--format=raw", "--export-name=disk", $"--socket={Endpoint.SocketPath}",
                .. _arguments, ImagePath])
        {
            RedirectStandardError = true,
        })!;

        // It tells of every connection that ends without a goodbye.
        _ = process.StandardError.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (!CanConnect())
        {
            if (process.HasExited || clock.Elapsed > s_startLimit)
                throw new InvalidOperationException("qemu-nbd does not serve");
            Thread.Sleep(2);
        }

        return process;
    }

    private bool CanConnect()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Endpoint.SocketPath!));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
