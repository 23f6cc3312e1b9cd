using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using VirtioDisk.Disks;
using VirtioDisk.Output;

namespace VirtioDisk.Commands;

/// <summary>Shows the disks of guests.</summary>
internal static class ListCommand
{
    internal static Command Create(Shell shell)
    {
        var json = CommonOptions.Json();
        var domain = CommonOptions.Domain();
        domain.Required = false;
        domain.Description = "Show the disks of one guest only, by its domain id or its name.";
        var command = new ToolCommand(
            "list", "Show the disks of all guests, and whether they are served.", "list", "list --json")
        {
            domain, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            await using var store = shell.Connect();
            var guests = new GuestDirectory(store);
            var catalog = new DiskCatalog(store);
            var disks = parsed.GetValue(domain) is { } name
                ? await catalog.OfGuestAsync(await guests.FindAsync(name, stop), stop)
                : await catalog.AllAsync(stop);
            var names = await NamesAsync(guests, disks, stop);
            if (parsed.GetValue(json))
                Json.Write(shell.Out, writer => Write(writer, disks, names));
            else
                Table(disks, names).Write(shell.Out);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<string[]> NamesAsync(GuestDirectory guests, List<DiskEntry> disks, CancellationToken stop)
    {
        var names = new string[disks.Count];
        for (var i = 0; i < names.Length; i++)
            names[i] = await guests.NameAsync(disks[i].Domain, stop);
        return names;
    }

    private static TextTable Table(List<DiskEntry> disks, string[] names)
    {
        var table = new TextTable("GUEST", " DOMAIN", " DEVID", "STATE", "PLACE", "FORMAT", "MODE", " QUEUES", "IMAGE");
        for (var i = 0; i < disks.Count; i++)
        {
            var disk = disks[i];
            table.Add(
                names[i],
                disk.Domain.ToString(),
                disk.Paths.Number.ToString(CultureInfo.InvariantCulture),
                disk.State,
                disk.Place,
                disk["format"],
                disk["mode"],
                disk["queues"],
                disk["params"] + (disk.Error is null ? "" : $" ({disk.Error})"));
        }

        return table;
    }

    private static void Write(Utf8JsonWriter json, List<DiskEntry> disks, string[] names)
    {
        json.WriteStartArray();
        for (var i = 0; i < disks.Count; i++)
        {
            var disk = disks[i];
            json.WriteStartObject();
            json.WriteNumber("domain", disk.Domain.Value);
            json.WriteString("guest", names[i]);
            json.WriteNumber("devid", disk.Paths.Number);
            json.WriteString("state", disk.State);
            json.WriteString("transport", disk.IsPci ? "pci" : "mmio");
            if (disk.IsPci)
                json.WriteString("pci", disk["pci"]);
            if (!disk.IsPci && disk.Base is { } address)
                json.WriteNumber("base", address);
            if (!disk.IsPci && disk.Irq is { } irq)
                json.WriteNumber("irq", irq);
            json.WriteString("format", disk["format"]);
            json.WriteBoolean("readOnly", disk.IsReadOnly);
            json.WriteString("queues", disk["queues"]);
            json.WriteString("image", disk["params"]);
            if (disk.Error is not null)
                json.WriteString("error", disk.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
