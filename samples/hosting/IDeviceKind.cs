using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using Xen.DeviceModel;

namespace VirtioHosting;

/// <summary>A kind of device that a program serves: all that the daemon and the tool do not know by themselves.</summary>
public interface IDeviceKind
{
    /// <summary>One word: <c>i2c</c>.</summary>
    string Name { get; }

    /// <summary>What people call one of them: <c>disk</c>.</summary>
    string Noun => "device";

    /// <summary>What people call several of them: <c>I2C adapters</c>.</summary>
    string Plural { get; }

    /// <summary>Where toolstacks put them in the XenStore, and of which type they are there.</summary>
    BackendKind Backend { get; }

    /// <summary>Options of <c>serve</c>.</summary>
    IReadOnlyList<Option> ServeOptions { get; }

    /// <summary>Options of <c>attach</c>.</summary>
    IReadOnlyList<Option> AttachOptions { get; }

    /// <summary>Examples of command lines for the help of <c>attach</c>, with the options alone.</summary>
    IReadOnlyList<string> AttachExamples => [];

    /// <summary>Takes over the values of <see cref="ServeOptions"/>. Before the first device is opened.</summary>
    /// <param name="serve">The command line.</param>
    /// <exception cref="UsageException">A value means nothing.</exception>
    void Configure(ParseResult serve);

    /// <summary>
    /// Whether standard output is a guest's, or will be: the daemon writes its own lines to standard error then.
    /// </summary>
    bool TakesStandardOutput => false;

    /// <summary>The keys that <c>attach</c> writes beside those that every device has. Checks them.</summary>
    /// <param name="attach">The command line, with <see cref="AttachOptions"/>.</param>
    /// <exception cref="UsageException">A value means nothing.</exception>
    /// <exception cref="IOException">What is asked for is not there.</exception>
    IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach);

    /// <summary>More keys that <c>attach</c> writes, which say which of a guest's devices of this kind it is.</summary>
    /// <param name="count">How many the guest has already.</param>
    IReadOnlyList<KeyValuePair<string, string>> KeysOfNext(int count) => [];

    /// <summary>The keys that <c>attach</c> writes into the guest's directory beside those that every device has.</summary>
    /// <param name="number">The device's number.</param>
    IReadOnlyList<KeyValuePair<string, string>> FrontendKeys(uint number) => [];

    /// <summary>What <c>list</c> shows of a device beside its place: <c>1:0x50</c>.</summary>
    /// <param name="key">Looks up a key of the device.</param>
    string Describe(Func<string, string?> key);

    /// <summary>
    /// Headings of what <c>list</c> shows of this kind's devices, if it is the program's only one; numbers stand under
    /// one that begins with a space.
    /// </summary>
    IReadOnlyList<string> Columns => ["DEVICE"];

    /// <summary>What stands under <see cref="Columns"/>.</summary>
    /// <param name="key">Looks up a key of the device.</param>
    IReadOnlyList<string> Cells(Func<string, string?> key) => [Describe(key)];

    /// <summary>What <c>list --json</c> shows of a device beside its place: properties of an object.</summary>
    /// <param name="json">Takes them.</param>
    /// <param name="key">Looks up a key of the device.</param>
    void WriteJson(Utf8JsonWriter json, Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("device", Describe(key));
    }

    /// <summary>Opens the host's side of a device.</summary>
    /// <param name="device">The device, with its keys.</param>
    /// <param name="context">The surroundings.</param>
    /// <exception cref="UsageException">A key means nothing.</exception>
    /// <exception cref="IOException">The host's side cannot be opened now.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    IHostedDevice Open(BackendDevice device, HostedDeviceContext context);

    /// <summary>What <c>serve --simulate</c> shows; null if there is nothing.</summary>
    /// <param name="serve">The command line, with <see cref="ServeOptions"/>.</param>
    /// <param name="output">Takes what is shown. May be used by several threads.</param>
    IDeviceSimulation? CreateSimulation(ParseResult serve, TextWriter output);
}
