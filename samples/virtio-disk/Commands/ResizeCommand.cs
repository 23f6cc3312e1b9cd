using System.CommandLine;
using System.Globalization;
using System.Text.Json;
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
            "Take over the present sizes of raw images and block devices, and tell the guests."
                + " To be called after one has grown.",
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
            var (count, fixedCount) = (0, 0);
            foreach (var disk in answer.RootElement.GetProperty("disks").EnumerateArray())
            {
                count++;
                var why = WhyFixed(disk);
                if (why is not null)
                    fixedCount++;
                var device = $"{BackendKind.VirtioDisk}/{disk.GetProperty("domain")}/{disk.GetProperty("devid")}";
                var size = why is null ? $"now {disk.GetProperty("after")}" : $"still: {why}";
                await shell.Out.WriteLineAsync($"{device}: {disk.GetProperty("before")} sectors, {size}");
            }

            if (count == 0 && parsed.GetValue(domain) is not null)
                throw new ToolException(
                    ExitCode.Failure, $"the daemon serves no such disk; `{host.Name} list` shows them");
            return count == 0 || fixedCount < count
                ? ExitCode.Success
                : throw new ToolException(
                    ExitCode.Failure,
                    "no disk was resized: only those on raw images and block devices can be while they are served");
        });
        return command;
    }

    // A raw image, or a block device, is followed: if its size is the same, it has not grown.
    private static string? WhyFixed(JsonElement disk)
    {
        if (disk.GetProperty("before").GetUInt64() != disk.GetProperty("after").GetUInt64())
            return null;
        return disk.GetProperty("format").GetString() switch
        {
            "qcow2" => "a qcow2 image keeps its size while it is served; detach the disk, and resize the image then",
            "nbd" => "an NBD export has the size that its server said at the last connection",
            _ => null,
        };
    }
}
