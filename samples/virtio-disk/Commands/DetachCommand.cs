using System.CommandLine;
using VirtioDisk.Disks;

namespace VirtioDisk.Commands;

/// <summary>Takes a disk away from a guest.</summary>
internal static class DetachCommand
{
    internal static Command Create(Shell shell)
    {
        var domain = CommonOptions.Domain();
        var id = CommonOptions.Id();
        var force = new Option<bool>("--force") { Description = "Remove the disk's keys without waiting for the daemon." };
        var timeout = CommonOptions.Timeout("How long the daemon may take.");
        var command = new ToolCommand(
            "detach",
            "Take a disk away from a guest. Let the guest unmount it first: what it asks of the disk afterwards is not answered.",
            "detach --domain web",
            "detach --domain 5 --id 1")
        {
            domain, id, force, timeout,
        };
        command.SetAction(async (parsed, stop) =>
        {
            await using var store = shell.Connect();
            var guest = await new GuestDirectory(store).FindAsync(
                parsed.GetRequiredValue(domain), stop, mayBeGone: true);
            var disk = await new DiskCatalog(store).ChooseAsync(guest, parsed.GetValue(id), stop);
            var detacher = new DiskDetacher(store);
            if (!parsed.GetValue(force))
                await detacher.CloseAsync(disk.Paths, parsed.GetValue(timeout), stop);
            await detacher.RemoveAsync(disk.Paths, stop);
            await shell.Out.WriteLineAsync($"{disk.Paths}: detached");
            return ExitCode.Success;
        });
        return command;
    }
}
