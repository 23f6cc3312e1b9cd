using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace TestSupport;

/// <summary>A daemon of Xen that serves its store on this machine, without Xen; see tests/daemons/README.md.</summary>
internal sealed class RealDaemon : IDisposable
{
    // The first start on a machine downloads the packages.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    private readonly string[] _arguments;
    private Process _process;
    private Task<string> _messages;

    private RealDaemon(DaemonKind kind, string[] arguments)
    {
        Kind = kind;
        _arguments = arguments;
        RunDirectory = Directory.CreateTempSubdirectory("xs-").FullName;
        try
        {
            (_process, _messages) = StartProcess();
        }
        catch
        {
            Directory.Delete(RunDirectory, recursive: true);
            throw;
        }
    }

    public DaemonKind Kind { get; }

    /// <summary>Where all is that the daemon writes. <see cref="Dispose"/> removes it.</summary>
    public string RunDirectory { get; }

    /// <summary>The socket of privileged clients, the same after <see cref="Restart"/>.</summary>
    public string SocketPath => Path.Combine(RunDirectory, "socket");

    public int ProcessId => _process.Id;

    /// <summary>Starts a daemon and waits until it can be connected to.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="arguments">For the daemon; see <c>tests/daemons/start --help</c>.</param>
    public static RealDaemon Start(DaemonKind kind, params string[] arguments) => new(kind, arguments);

    /// <summary>Makes a domain with a ring and introduces it to the daemon.</summary>
    public FakeDomain CreateDomain(int domid)
    {
        var domain = new FakeDomain(RunDirectory, domid);
        try
        {
            domain.Introduce();
            return domain;
        }
        catch
        {
            domain.Dispose();
            throw;
        }
    }

    /// <summary>Ends the daemon at once, as a crash would; its socket stays behind and refuses.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends the daemon, if it still runs, and starts an empty one in the same directory.</summary>
    public void Restart()
    {
        Kill();
        _process.Dispose();
        (_process, _messages) = StartProcess();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        Directory.Delete(RunDirectory, recursive: true);
    }

    private (Process Process, Task<string> Messages) StartProcess()
    {
        var (name, release) = Kind switch
        {
            DaemonKind.C417 => ("c", "4.17"),
            DaemonKind.OCaml417 => ("ocaml", "4.17"),
            DaemonKind.C420 => ("c", "4.20"),
            _ => ("ocaml", "4.20"),
        };
        var start = new ProcessStartInfo(
            RepositoryRoot.Combine("tests", "daemons", "start"), [name, "--xen", release, RunDirectory, "--", .. _arguments])
        {
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        Task<string> messages = process.StandardError.ReadToEndAsync();
        try
        {
            WaitUntilServed(process, messages);
            return (process, messages);
        }
        catch
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            throw;
        }
    }

    private void WaitUntilServed(Process process, Task<string> messages)
    {
        var clock = Stopwatch.StartNew();
        while (!CanConnect())
        {
            if (process.HasExited)
            {
                process.WaitForExit();
                throw new InvalidOperationException(
                    $"{Kind} ended with exit code {process.ExitCode}:\n{messages.GetAwaiter().GetResult()}");
            }

            if (clock.Elapsed > StartLimit)
                throw new TimeoutException($"{Kind} did not serve {SocketPath} after {StartLimit}");
            Thread.Sleep(2);
        }
    }

    private bool CanConnect()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
