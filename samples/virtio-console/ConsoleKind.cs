using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging;
using VirtioConsole.Ports;
using VirtioConsole.Simulation;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Spec;

namespace VirtioConsole;

/// <summary>Consoles, and named ports for programs, on terminals and sockets of the host.</summary>
public sealed class ConsoleKind : IDeviceKind
{
    /// <summary>The key of the back end's directory that has the ports, with commas between them.</summary>
    public const string PortsKey = "ports";

    /// <summary>The key that has the size in characters.</summary>
    public const string SizeKey = "size";

    private const string Port = "--port";
    private const string Size = "--size";
    private const string RunDirectory = "--run-dir";

    private readonly Option<PortList?> _servePorts;
    private readonly Option<ConsoleSize?> _serveSize;
    private readonly Option<PortList?> _attachPorts = PortOption(Port, "A port of the guest; without it, as serve says.");
    private readonly Option<ConsoleSize?> _attachSize = SizeOption(Size);
    private readonly PathsInUse _paths = new(TimeSpan.FromSeconds(2));
    private PortList _default = PortList.Plain;
    private ConsoleSize? _defaultSize;
    private string _folder;
    private bool _isStdioTaken;
    private bool _wasStdioTaken;

    /// <summary>Makes the kind.</summary>
    /// <param name="program">Name of the program, below <c>/run</c>.</param>
    /// <param name="servePort">Name of the option of <c>serve</c> for a port; that of <c>attach</c> is always
    /// <c>--port</c>.</param>
    /// <param name="serveSize">The same for the size.</param>
    public ConsoleKind(string program = "virtio-console", string servePort = Port, string serveSize = Size)
    {
        _folder = $"/run/{program}";
        _servePorts = PortOption(
            servePort, "A port of guests whose devices do not say any themselves; without it, one console on a pty.");
        _serveSize = SizeOption(serveSize);
    }

    /// <inheritdoc/>
    public string Name => "console";

    /// <inheritdoc/>
    public string Noun => "console";

    /// <inheritdoc/>
    public string Plural => "consoles";

    /// <inheritdoc/>
    public BackendKind Backend { get; } =
        BackendKind.Virtio with { Types = [BackendKind.VirtioType((int)VirtioDeviceId.Console)] };

    /// <inheritdoc/>
    public IReadOnlyList<Option> ServeOptions => [_servePorts, _serveSize];

    /// <inheritdoc/>
    public IReadOnlyList<Option> AttachOptions => [_attachPorts, _attachSize];

    /// <inheritdoc/>
    public IReadOnlyList<string> AttachExamples { get; } =
    [
        "--domain web --port pty --size 100x30",
        "--domain web --port pty --port log=unix:/run/virtio-console/log-%d.sock",
    ];

    /// <summary>Opens the host's end of a port.</summary>
    internal Func<PortTarget, string, ILogger, HostEnd> OpenEnd { get; init; } = HostEnd.Open;

    /// <inheritdoc/>
    public void Configure(ParseResult serve)
    {
        ArgumentNullException.ThrowIfNull(serve);
        _default = serve.GetValue(_servePorts) ?? PortList.Plain;
        _defaultSize = serve.GetValue(_serveSize);
        if (serve.CommandResult.Command.Options.OfType<Option<string>>().FirstOrDefault(
                static option => option.Name == RunDirectory) is { } option
            && serve.GetValue(option) is { Length: > 0 } folder)
            _folder = Path.GetFullPath(folder);
    }

    /// <inheritdoc/>
    /// <remarks>A device may have kept a port that this daemon was not told of.</remarks>
    public bool TakesStandardOutput => _default.UsesStdio || Volatile.Read(ref _wasStdioTaken);

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach)
    {
        ArgumentNullException.ThrowIfNull(attach);
        var keys = new List<KeyValuePair<string, string>>();
        if (attach.GetValue(_attachPorts) is { } ports)
        {
            if (ports.UsesStdio)
                throw new UsageException(StdioRefused);
            keys.Add(new(PortsKey, ports.ToString()));
        }

        if (attach.GetValue(_attachSize) is { } size)
            keys.Add(new(SizeKey, size.ToString()));
        return keys;
    }

    /// <inheritdoc/>
    public string Describe(Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key(PortsKey) is { } ports ? ports : $"as serve {_servePorts.Name} says";
    }

    /// <inheritdoc/>
    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(context);
        var logger = context.Logging.CreateLogger("VirtioConsole");
        var ports = PortsOf(device, context.RecoveryPath);
        var size = SizeOf(device);
        if (ports.UsesStdio && Interlocked.Exchange(ref _isStdioTaken, true))
        {
            throw new UsageException("the daemon's terminal is another guest's console already; give this one a port of its"
                + " own: attach --port pty");
        }

        if (ports.UsesStdio)
            Volatile.Write(ref _wasStdioTaken, true);

        var ends = new List<HostEnd>();
        var paths = new List<string>();
        var closed = () =>
        {
            paths.ForEach(_paths.GiveBack);
            if (ports.UsesStdio)
                Volatile.Write(ref _isStdioTaken, false);
        };
        try
        {
            for (var i = 0; i < ports.Ports.Count; i++)
            {
                var path = PathOf(ports.Ports[i], i, device.Id);
                if (path.Length != 0)
                {
                    _paths.Take(path, device.Id);
                    paths.Add(path);
                }

                ends.Add(OpenEnd(ports.Ports[i].Target, path, logger));
            }

            var options = size is { } known
                ? new ConsoleDeviceOptions { Columns = known.Columns, Rows = known.Rows }
                : new ConsoleDeviceOptions();
            var console = ports.IsPlain
                ? new ConsoleDevice(ends[0].End, options, logger)
                : new ConsoleDevice([.. ports.Ports.Select((port, i) => ToDevice(port, ends[i]))], options, logger);
            return new HostedConsole(console, TextOf(ports, ends), ends, closed);
        }
        catch
        {
            ends.ForEach(static end => end.Dispose());
            closed();
            throw;
        }
    }

    /// <inheritdoc/>
    public IDeviceSimulation CreateSimulation(ParseResult serve, TextWriter output) => new ConsoleSimulation(output);

    private string StdioRefused =>
        $"stdio is the daemon's own terminal: it is for serve {_servePorts.Name} stdio, with one guest";

    private static ConsolePort ToDevice(PortSpec port, HostEnd end) =>
        new(end.End) { Name = port.Name, IsConsole = port.Name.Length == 0 };

    private static string TextOf(PortList ports, List<HostEnd> ends) => string.Join("; ", ports.Ports.Select(
        (port, i) => port.Name.Length == 0 ? ends[i].Text : $"{port.Name}: {ends[i].Text}"));

    private static Option<PortList?> PortOption(string name, string description)
    {
        var option = new Option<PortList?>(name)
        {
            Description = $"{description} pty with a LINK to it; unix: a socket that waits at PATH; connect: one that is there;"
                + " stdio: for serve, with one guest. %d is the domain id, %n the number of the device. A port with a NAME is"
                + " /dev/virtio-ports/NAME, one without is a console. Can be given several times.",
            HelpName = "[NAME=]pty[:LINK]|unix:PATH|connect:PATH|stdio",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        option.CustomParser = argument =>
        {
            if (PortList.TryParse(argument.Tokens.Select(static token => token.Value), out var list, out var complaint))
                return list;
            argument.AddError($"{name}: {complaint}");
            return null;
        };
        return option;
    }

    private static Option<ConsoleSize?> SizeOption(string name)
    {
        var option = new Option<ConsoleSize?>(name)
        {
            Description = "How large the console is, in characters; by default 80x25.",
            HelpName = "COLSxROWS",
        };
        option.CustomParser = argument =>
        {
            if (ConsoleSize.TryParse(argument.Tokens[0].Value, out var size, out var complaint))
                return size;
            argument.AddError($"{name}: {complaint}");
            return null;
        };
        return option;
    }

    private PortList PortsOf(BackendDevice device, string recoveryPath)
    {
        if (device[PortsKey] is not { } text)
            return KeptPorts.Take(recoveryPath, _default);
        if (!PortList.TryParse(text, out var list, out var complaint))
            throw new UsageException($"key '{PortsKey}': {complaint}");
        return list.UsesStdio ? throw new UsageException($"key '{PortsKey}': {StdioRefused}") : list;
    }

    private ConsoleSize? SizeOf(BackendDevice device)
    {
        if (device[SizeKey] is not { } text)
            return _defaultSize;
        return ConsoleSize.TryParse(text, out var size, out var complaint)
            ? size
            : throw new UsageException($"key '{SizeKey}': {complaint}");
    }

    // A pty without a link of the user's has one in the daemon's folder.
    private string PathOf(PortSpec port, int index, BackendDeviceId device)
    {
        if (port.Path.Length != 0)
            return PathText.Fill(port.Path, device);
        if (port.Target != PortTarget.Pty)
            return "";
        var suffix = index == 0 ? "" : $"-{index}";
        return $"{_folder}/console-{device.Frontend}-{device.Number}{suffix}";
    }
}
