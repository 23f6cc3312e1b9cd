using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using VirtioHosting.Devices;
using VirtioHosting.Output;

namespace VirtioHosting.Commands;

/// <summary>Shows the devices of guests.</summary>
internal static class ListCommand
{
    internal static Command Create(HostProgram host, Shell shell)
    {
        var json = CommonOptions.Json();
        var domain = CommonOptions.Domain();
        domain.Required = false;
        domain.Description = $"Show the {host.Set.Plural} of one guest only, by its domain id or its name.";
        var kind = CommonOptions.Kind(host);
        var command = new ToolCommand(
            "list", $"Show the {host.Set.Plural} of all guests, and whether they are served.", "list", "list --json")
        {
            domain, json,
        };
        if (kind is not null)
            command.Options.Add(kind);
        command.SetAction(async (parsed, stop) =>
        {
            await using var store = shell.Connect();
            var guests = new GuestDirectory(store);
            var catalog = new DeviceCatalog(host, store);
            var wanted = CommonOptions.KindOf(host, kind, parsed);
            var devices = parsed.GetValue(domain) is { } name
                ? await catalog.OfGuestAsync(await guests.FindAsync(name, stop), wanted, stop)
                : await catalog.AllAsync(wanted, stop);
            var rows = await RowsAsync(guests, catalog, devices, stop);
            if (parsed.GetValue(json))
                Json.Write(shell.Out, writer => Write(writer, host, rows));
            else
                Table(host, rows).Write(shell.Out);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<List<Row>> RowsAsync(
        GuestDirectory guests, DeviceCatalog catalog, List<DeviceEntry> devices, CancellationToken stop)
    {
        var rows = new List<Row>();
        foreach (var device in devices)
            rows.Add(new Row(await guests.NameAsync(device.Domain, stop), catalog.KindOf(device)!, device));
        return rows;
    }

    private static TextTable Table(HostProgram host, List<Row> rows)
    {
        var only = host.Set.Only;
        IEnumerable<string> kinds = only is null ? ["KIND"] : [];
        var table = new TextTable(
            ["GUEST", " DOMAIN", .. kinds, " DEVID", "STATE", "PLACE", .. only?.Columns ?? ["DEVICE"]]);
        foreach (var (guest, kind, device) in rows)
        {
            List<string> cells = [guest, device.Domain.ToString()];
            if (only is null)
                cells.Add(kind.Name);
            cells.AddRange([device.Paths.Number.ToString(CultureInfo.InvariantCulture), device.State, device.Place]);
            cells.AddRange(only?.Cells(device.Find) ?? [kind.Describe(device.Find)]);
            if (device.Error is not null)
                cells[^1] += $" ({device.Error})";
            table.Add([.. cells]);
        }

        return table;
    }

    private static void Write(Utf8JsonWriter json, HostProgram host, List<Row> rows)
    {
        json.WriteStartArray();
        foreach (var (guest, kind, device) in rows)
        {
            json.WriteStartObject();
            json.WriteNumber("domain", device.Domain.Value);
            json.WriteString("guest", guest);
            if (host.Set.Only is null)
                json.WriteString("kind", kind.Name);
            json.WriteNumber("devid", device.Paths.Number);
            json.WriteString("state", device.State);
            json.WriteString("transport", device.IsPci ? "pci" : "mmio");
            if (device.IsPci)
                json.WriteString("pci", device["pci"]);
            if (!device.IsPci && device.Base is { } address)
                json.WriteNumber("base", address);
            if (!device.IsPci && device.Irq is { } irq)
                json.WriteNumber("irq", irq);
            kind.WriteJson(json, device.Find);
            if (device.Error is not null)
                json.WriteString("error", device.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private sealed record Row(string Guest, IDeviceKind Kind, DeviceEntry Device);
}
