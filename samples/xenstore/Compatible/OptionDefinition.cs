namespace Xen.Store.Cli.Compatible;

/// <summary>An option that may be on the command line of one of Xen's commands.</summary>
/// <param name="Name">Its long name, without dashes; empty if it has none.</param>
/// <param name="Letter">Its short name; NUL if it has none.</param>
/// <param name="TakesValue">Whether a value follows.</param>
internal sealed record OptionDefinition(string Name, char Letter, bool TakesValue = false);
