using System.CommandLine;

namespace Xen.Abi.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ToolCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines, without the leading <c>xen-abi</c>, and what they do after a <c>#</c>.</summary>
    public string[] Examples { get; } = examples;
}
