namespace Xen.Store.Cli.Compatible;

/// <summary>Options of the eight commands that Xen's programs do not have.</summary>
internal static class AddedOptions
{
    public static readonly OptionDefinition Connect = new("connect", '\0', TakesValue: true);
    public static readonly OptionDefinition Json = new("json", '\0');
    public static readonly OptionDefinition Values = new("values", '\0');
    public static readonly OptionDefinition NoValues = new("no-values", '\0');
    public static readonly OptionDefinition Depth = new("depth", '\0', TakesValue: true);
    public static readonly OptionDefinition WatchDepth = new("depth", 'd', TakesValue: true);
    public static readonly OptionDefinition Match = new("match", '\0', TakesValue: true);
    public static readonly OptionDefinition Timestamps = new("timestamps", '\0');
    public static readonly OptionDefinition Timeout = new("timeout", '\0', TakesValue: true);
}
