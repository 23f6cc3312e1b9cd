using System.CommandLine;

namespace VirtioHosting.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ToolCommand(string name, string description, params string[] examples)
    : Command(name, description)
{
    /// <summary>Command lines, without the leading name of the program.</summary>
    internal string[] Examples { get; } = examples;
}
