using System.CommandLine;

namespace Xen.Store.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ToolCommand(string name, string description, params string[] examples)
    : Command(name, description)
{
    /// <summary>Command lines, without the leading <c>xenstore</c>.</summary>
    public string[] Examples { get; } = examples;
}
