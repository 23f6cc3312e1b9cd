using System;
using System.CommandLine;
using System.Linq;
using VirtioHosting.Devices;

namespace VirtioHosting.Commands;

/// <summary>Gives a guest a device.</summary>
internal static class AttachCommand
{
    private const string Name = "attach";
    private const string When = "which the daemon then serves. Do it before the guest looks for its devices: xl create -p.";

    /// <summary>With several kinds, a command for each below it.</summary>
    internal static Command Create(HostProgram host, Shell shell)
    {
        if (host.Set.Only is { } only)
            return Create(host, shell, only, Name, Name);
        var command = new ToolCommand(
            Name,
            $"Give a guest a device, {When}",
            [.. host.Kinds.SelectMany(static kind => kind.AttachExamples.Take(1).Select(line => $"{Name} {kind.Name} {line}"))]);
        foreach (var kind in host.Kinds)
            command.Subcommands.Add(Create(host, shell, kind, kind.Name, $"{Name} {kind.Name}"));
        return command;
    }

    private static ToolCommand Create(HostProgram host, Shell shell, IDeviceKind kind, string name, string path)
    {
        var domain = CommonOptions.Domain();
        var transport = CommonOptions.Transport();
        var mmio = new Option<ulong?>("--mmio")
        {
            Description = "mmio: address of the registers; by default the first free of 0xd0000000, 0xd0000200, ...",
            HelpName = "BASE",
            CustomParser = static argument => Numbers.Window(argument),
        };
        var irq = new Option<int?>("--irq")
        {
            Description = "mmio: the interrupt; by default the first free of 5, 6, 7, 8, 10, ...",
            HelpName = "N",
            CustomParser = static argument => Numbers.Irq(argument),
        };
        var pci = new Option<string>("--pci")
        {
            Description = "pci: the place on the bus; by default the first free of 00:10.0, 00:11.0, ...",
            HelpName = "00:10.0",
        };
        var id = new Option<uint?>("--id") { Description = "The device's number; by default the first free.", HelpName = "DEVID" };
        var timeout = CommonOptions.Timeout("How long the daemon may take; 0: do not wait for it.");
        var noun = host.Set.Only is null ? $"{kind.Name} device" : kind.Noun;
        var command = new ToolCommand(
            name, $"Give a guest {Article(noun)} {noun}, {When}", [.. kind.AttachExamples.Select(line => $"{path} {line}")])
        {
            domain, transport, mmio, irq, pci, id, timeout,
        };
        foreach (var option in kind.AttachOptions)
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var isPci = result.GetValue(transport) == "pci";
            if (isPci && (result.GetResult(mmio) is not null || result.GetResult(irq) is not null))
                result.AddError("--mmio and --irq are for --transport mmio; the place on the PCI bus is --pci");
            if (!isPci && result.GetResult(pci) is not null)
                result.AddError("--pci is for --transport pci");
        });
        command.SetAction(async (parsed, stop) =>
        {
            await using var store = shell.Connect();
            var attacher = new DeviceAttacher(host, store);
            var isPci = parsed.GetValue(transport) == "pci";
            var guest = await attacher.FindGuestAsync(parsed.GetRequiredValue(domain), isPci, stop);
            // What cannot be opened now cannot be opened by the daemon either, and here is the one who can do something.
            var keys = kind.KeysOf(parsed);
            var request = new DeviceRequest(
                kind,
                guest,
                keys,
                isPci,
                parsed.GetValue(mmio),
                parsed.GetValue(irq),
                parsed.GetValue(pci),
                parsed.GetValue(id));
            var (paths, place) = await attacher.WriteAsync(request, stop);
            if (parsed.GetValue(timeout) is var patience && patience > TimeSpan.Zero)
            {
                await using var notice = WaitingNotice.Begin(shell, host, patience);
                await attacher.WaitAsync(paths, kind, patience, stop);
            }

            var text = kind.Describe(key => keys.LastOrDefault(pair => pair.Key == key).Value);
            await shell.Out.WriteLineAsync($"{paths}: {text}, {place}");
            return ExitCode.Success;
        });
        return command;
    }

    private static string Article(string noun) => noun[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a";
}
