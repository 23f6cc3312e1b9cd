namespace Xen.Store.Cli.Compatible;

/// <summary>An option of a command line.</summary>
/// <param name="Definition">Which.</param>
/// <param name="Value">Its value, if it takes one.</param>
internal readonly record struct ParsedOption(OptionDefinition Definition, Word? Value);
