using System.Collections.Generic;
using System.CommandLine;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Comparison;
using Xen.Abi.Cli.Rendering;

namespace Xen.Abi.Cli.Commands;

/// <summary>Compares two releases, targets or metadata files.</summary>
internal static class DiffCommand
{
    public static Command Create(Shell shell)
    {
        const string Sides = "a release (4.17), a release on a target (4.17/arm64), a target of the newest release (arm64), or a metadata file";
        var from = new Argument<string>("from") { Description = "One side: " + Sides };
        var to = new Argument<string>("to") { Description = "The other side" };
        var pattern = new Argument<string?>("name")
        {
            Description = "A part of the names to compare, or a pattern with * and ?",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var shared = new SharedOptions();
        var command = new ToolCommand(
            "diff",
            "Shows what differs between two releases or targets; exits with 1 if anything does",
            "diff 4.17 4.20",
            "diff 4.17 4.20 'xen_domctl_*'",
            "diff x86_64 arm64 vcpu_guest_context",
            "diff 4.20 my-xen.abi --json")
        {
            from, to, pattern, shared.Json, shared.Metadata,
        };
        command.SetAction(parsed =>
        {
            Metadata metadata = shared.Load(parsed);
            Side left = Side.Parse(metadata, parsed.GetRequiredValue(from));
            Side right = Side.Parse(metadata, parsed.GetRequiredValue(to));
            IReadOnlyList<Change> changes = Comparer.Compare(metadata, left, right, new NamePattern(parsed.GetValue(pattern)));
            shell.Out.Write(parsed.GetValue(shared.Json) ? DiffText.Json(left, right, changes) : DiffText.Of(left, right, changes));
            return changes.Count == 0 ? Shell.Ok : Shell.Failed;
        });
        return command;
    }
}
