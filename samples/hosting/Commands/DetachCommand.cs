using System.CommandLine;
using VirtioHosting.Devices;

namespace VirtioHosting.Commands;

/// <summary>Takes a device away from a guest.</summary>
internal static class DetachCommand
{
    internal static Command Create(HostProgram host, Shell shell)
    {
        var domain = CommonOptions.Domain();
        var id = CommonOptions.Id(host);
        var force = new Option<bool>("--force") { Description = $"Remove the {host.Set.Noun}'s keys without waiting for the daemon." };
        var timeout = CommonOptions.Timeout("How long the daemon may take.");
        var kind = CommonOptions.Kind(host);
        var command = new ToolCommand(
            "detach",
            $"Take a {host.Set.Noun} away from a guest. Let the guest stop using it first (unmount, unbind): what it asks of it"
            + " afterwards is not answered.",
            "detach --domain web",
            kind is null ? "detach --domain 5 --id 1" : $"detach --domain 5 --kind {host.Kinds[^1].Name} --id 1")
        {
            domain, id, force, timeout,
        };
        if (kind is not null)
            command.Options.Add(kind);
        command.SetAction(async (parsed, stop) =>
        {
            await using var store = shell.Connect();
            var guest = await new GuestDirectory(store).FindAsync(
                parsed.GetRequiredValue(domain), stop, mayBeGone: true);
            var device = await new DeviceCatalog(host, store).ChooseAsync(
                guest, CommonOptions.KindOf(host, kind, parsed), parsed.GetValue(id), stop);
            var detacher = new DeviceDetacher(host, store);
            if (!parsed.GetValue(force))
            {
                await using var notice = WaitingNotice.Begin(shell, host, parsed.GetValue(timeout));
                await detacher.CloseAsync(device.Paths, parsed.GetValue(timeout), stop);
            }

            await detacher.RemoveAsync(device.Paths, stop);
            await shell.Out.WriteLineAsync($"{device.Paths}: detached");
            return ExitCode.Success;
        });
        return command;
    }
}
