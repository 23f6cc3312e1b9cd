using System.CommandLine;
using System.Globalization;
using VirtioHosting;
using VirtioHosting.Commands;
using VirtioHosting.Control;
using VirtioHosting.Devices;
using Xen.DeviceModel;

namespace VirtioDisk.Commands;

/// <summary>Tells guests that their images have another size.</summary>
internal static class ResizeCommand
{
    internal static Command Create(HostProgram host, Shell shell)
    {
        var domain = CommonOptions.Domain();
        domain.Required = false;
        domain.Description = "The disks of one guest only, by its domain id or its name.";
        var id = CommonOptions.Id(host);
        var directory = CommonOptions.RunDirectory(host);
        var command = new ToolCommand(
            "resize",
            "Take over the present sizes of images, and tell the guests. To be called after an image has grown.",
            "resize",
            "resize --domain web --id 0")
        {
            domain, id, directory,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var guest = "null";
            if (parsed.GetValue(domain) is { } name)
            {
                await using var store = shell.Connect();
                guest = (await new GuestDirectory(store).FindAsync(name, stop)).ToString();
            }

            var number = parsed.GetValue(id) is { } given ? given.ToString(CultureInfo.InvariantCulture) : "null";
            await using var client = await ControlClient.ConnectAsync(host.Name, parsed.GetRequiredValue(directory), stop);
            using var answer = await client.AskAsync(
                $$"""{"command":"resize","domain":{{guest}},"devid":{{number}}}""", stop);
            var count = 0;
            foreach (var disk in answer.RootElement.GetProperty("disks").EnumerateArray())
            {
                count++;
                await shell.Out.WriteLineAsync($"{BackendKind.VirtioDisk}/{disk.GetProperty("domain")}/{disk.GetProperty("devid")}:"
                    + $" {disk.GetProperty("before")} sectors, now {disk.GetProperty("after")}");
            }

            return count > 0 || parsed.GetValue(domain) is null
                ? ExitCode.Success
                : throw new ToolException(
                    ExitCode.Failure, $"the daemon serves no such disk; `{host.Name} list` shows them");
        });
        return command;
    }
}
