using System.CommandLine;

namespace VirtioDisk.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ToolCommand(string name, string description, params string[] examples)
    : Command(name, description)
{
    /// <summary>Command lines, without the leading <c>virtio-disk</c>.</summary>
    internal string[] Examples { get; } = examples;
}
