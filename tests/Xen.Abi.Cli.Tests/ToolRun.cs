using System.IO;

namespace Xen.Abi.Cli.Tests;

/// <summary>One run of the tool within this process.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Out">What it printed.</param>
/// <param name="Error">What it had to say.</param>
internal sealed record ToolRun(int Code, string Out, string Error)
{
    /// <summary>The sample metadata of these tests.</summary>
    public static string Sample => RepositoryRoot.Combine("tests", "Xen.Abi.Cli.Tests", "Data", "sample.abi");

    /// <summary>Runs a command line.</summary>
    public static ToolRun Of(params string[] args) => With([], args);

    /// <summary>Runs a command line with the sample metadata.</summary>
    public static ToolRun OfSample(params string[] args) => With([], [.. args, "--metadata", Sample]);

    /// <summary>Runs a command line with some input.</summary>
    public static ToolRun With(byte[] input, params string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        int code = Tool.Run(args, new Shell(output, error, () => new MemoryStream(input)));
        return new ToolRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Compares what was printed with an approved text.</summary>
    public void MatchesBaseline(string name) => Baseline.Check($"tests/Xen.Abi.Cli.Tests/Baselines/{name}.verified.txt", Out);
}
