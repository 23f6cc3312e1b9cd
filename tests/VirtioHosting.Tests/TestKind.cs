using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Threading;
using Xen.DeviceModel;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;

namespace VirtioHosting.Tests;

/// <summary>A kind that a test fills in.</summary>
/// <param name="name">Its name.</param>
/// <param name="backend">Where its devices are.</param>
/// <param name="open">Makes a device.</param>
internal sealed class TestKind(string name, BackendKind backend, Func<BackendDevice, IVirtioDevice> open) : IDeviceKind
{
    private readonly Option<string> _text = new("--text") { Description = "A text." };

    public string Name => name;

    public string Plural => $"{name} things";

    public BackendKind Backend => backend;

    public IReadOnlyList<Option> ServeOptions => [];

    public IReadOnlyList<Option> AttachOptions => [_text];

    public IReadOnlyList<string> AttachExamples => ["--domain 5 --text a"];

    /// <summary>What a simulation's guest answers; null if there is none.</summary>
    public Func<VirtioDriver, bool>? Script { get; init; }

    /// <summary>What its devices answer when they are to finish.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Called when a device is to finish, on any thread.</summary>
    public Action Finishing { get; init; } = static () => { };

    /// <summary>What happened, in order.</summary>
    public List<string> Events { get; } = [];

    public void Configure(ParseResult serve)
    {
    }

    public IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach)
    {
        List<KeyValuePair<string, string>> keys = [new("text", attach.GetValue(_text) ?? "none")];
        foreach (var required in backend.RequiredKeys)
        {
            if (required != "type")
                keys.Add(new(required, required == "mode" ? "w" : "x"));
        }

        return keys;
    }

    public string Describe(Func<string, string?> key) => $"text {key("text")}";

    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context) => new Hosted(this, open(device));

    public IDeviceSimulation? CreateSimulation(ParseResult serve, TextWriter output) =>
        Script is null ? null : new Simulation(this);

    private void Note(string what)
    {
        lock (Events)
            Events.Add(what);
    }

    private sealed class Hosted(TestKind kind, IVirtioDevice device) : IHostedDevice
    {
        public IVirtioDevice Device => device;

        public string Text => kind.Plural;

        public string Summary => "summed up";

        public bool Finish(TimeSpan patience)
        {
            kind.Finishing();
            kind.Note("finish");
            return kind.IsDurable;
        }

        public void Dispose() => kind.Note("dispose");
    }

    private sealed class Simulation(TestKind kind) : IDeviceSimulation
    {
        public IReadOnlyList<KeyValuePair<string, string>> Keys => [new("text", "simulated")];

        public IHostedDevice Open(BackendDevice device, HostedDeviceContext context) => kind.Open(device, context);

        public bool Play(VirtioDriver driver, CancellationToken cancellationToken) => kind.Script!(driver);

        public void Dispose() => kind.Events.Add("end of simulation");
    }
}
