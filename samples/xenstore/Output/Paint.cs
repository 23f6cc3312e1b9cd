using System;
using System.CommandLine;

namespace Xen.Store.Cli.Output;

/// <summary>Colours, where there may be some.</summary>
/// <param name="isOn">Whether there are.</param>
internal sealed class Paint(bool isOn)
{
    private const string End = "\e[0m";

    /// <summary>The option that turns them on and off.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>("--color")
        {
            Description = "Colours: auto (on a terminal, unless NO_COLOR is set), always or never",
            HelpName = "when",
            DefaultValueFactory = static _ => "auto",
        };
        option.AcceptOnlyFromAmong("auto", "always", "never");
        return option;
    }

    /// <summary>What the option and the surroundings say.</summary>
    public static Paint Of(string? when, Shell shell) => new(when switch
    {
        "always" => true,
        "never" => false,
        _ => shell.Columns is not null && string.IsNullOrEmpty(shell.Variable("NO_COLOR"))
            && !string.Equals(shell.Variable("TERM"), "dumb", StringComparison.Ordinal),
    });

    /// <summary>What is new.</summary>
    public string Added(string text) => In("32", text);

    /// <summary>What is gone.</summary>
    public string Removed(string text) => In("31", text);

    /// <summary>What is different.</summary>
    public string Changed(string text) => In("33", text);

    /// <summary>A name.</summary>
    public string Name(string text) => In("1", text);

    /// <summary>A remark.</summary>
    public string Remark(string text) => In("36", text);

    private string In(string colour, string text) => isOn ? $"\e[{colour}m{text}{End}" : text;
}
