using System.CommandLine;
using System.Linq;
using VirtioHosting.Commands;

namespace VirtioDisk.Disks;

/// <summary>Options that say what a disk is.</summary>
internal static class DiskOptions
{
    private const int LongestSerial = 20;

    internal static Option<string> Image(string description)
    {
        var option = new Option<string>("--image", "-i") { Description = description, HelpName = "FILE|URI" };
        option.Validators.Add(static argument =>
        {
            if (argument.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value)))
                argument.AddError("--image: name a file or a block device");
        });
        return option;
    }

    internal static Option<string> Serial()
    {
        var option = new Option<string>("--serial")
        {
            Description = "What the guest reads as the disk's serial number, up to 20 characters.",
            HelpName = "TEXT",
        };
        option.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length is 0 or > LongestSerial || !token.Value.All(static letter => letter is > ' ' and <= '~')))
                result.AddError($"--serial: 1 to {LongestSerial} letters, digits and signs");
        });
        return option;
    }

    internal static Option<string> Format()
    {
        var option = new Option<string>("--format", "-f")
        {
            Description = "What the image is; by default nbd for a URI, and raw for all else.",
        };
        option.AcceptOnlyFromAmong("raw", "qcow2", "nbd");
        return option;
    }

    internal static ImageFormat? Format(string? name) => name switch
    {
        "raw" => ImageFormat.Raw,
        "qcow2" => ImageFormat.Qcow2,
        "nbd" => ImageFormat.Nbd,
        _ => null,
    };

    internal static Option<string> Ring()
    {
        var option = new Option<string>("--ring")
        {
            Description = "Layouts of queues that the guest's driver can choose from: split ones alone, or packed ones as well.",
            DefaultValueFactory = static _ => "both",
        };
        option.AcceptOnlyFromAmong("split", "both");
        return option;
    }

    internal static Option<int> Queues() => new("--queues", "-q")
    {
        Description = "Queues that the disk offers, 1 to 64; as many as the guest has vCPUs is a good number.",
        HelpName = "N",
        DefaultValueFactory = static _ => 1,
        CustomParser = static argument => Numbers.Integer(argument, "--queues", 1, DiskDescription.MostQueues),
    };
}
