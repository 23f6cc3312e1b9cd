using System;

namespace Xen.Sys.Generator.Tests;

/// <summary>Whatever stands in the files, the compiler survives: <see cref="GeneratorRun"/> fails on any exception.</summary>
public class FuzzTests
{
    private const int Rounds = 60;
    private const string Requests = "outer.h\nbits\n0.9:outer\n-BITS_M*\narch.h\nBITS_*\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_metadata_never_ends_the_compiler(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
            _ = new GeneratorRun(MutateMetadata(Metadata.Small, random), Requests, second: MutateMetadata(Metadata.Older, random));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Mutated_names_and_options_never_end_the_compiler(int seed)
    {
        const string Options =
            """{ "$schema": "a", "namespace": "A.B", "visibility": "public", "release": "0.9", "architectures": ["x64", "arm64"] }""";
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
            _ = new GeneratorRun(Metadata.Small, TextMutation.Mutate(Requests, random), second: Metadata.Older, options: TextMutation.Mutate(Options, random));
    }

    /// <summary>The last line is mended, or every declaration more or less would end the reading there.</summary>
    private static string MutateMetadata(string metadata, Random random) =>
        Metadata.WithEnd(TextMutation.Mutate(Metadata.WithoutEnd(metadata), random));
}
