using System.Collections.Generic;
using System.IO;

namespace BareMetal.Tests;

/// <summary>An image that baremetal/build has made of a program.</summary>
/// <param name="Path">What boots.</param>
/// <param name="Assembly">What it was compiled from.</param>
/// <param name="Report">What the build printed.</param>
internal sealed record Image(string Path, string Assembly, string Report)
{
    private static readonly Dictionary<(string Program, string Arch), Image> Made = [];

    /// <summary>The folder of a program of this repository.</summary>
    internal static string Template { get; } = RepositoryRoot.Combine("baremetal", "template");

    /// <summary>The folder of the monitor.</summary>
    internal static string Monitor { get; } = RepositoryRoot.Combine("samples", "domain-monitor");

    /// <summary>An empty folder for what a test makes.</summary>
    internal static string NewFolder(string name)
    {
        var folder = RepositoryRoot.Combine("artifacts", "bare-metal", name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>The image of a program, which is made once.</summary>
    internal static Image Of(ITestOutputHelper log, string program, string arch = "x86_64")
    {
        if (!Made.TryGetValue((program, arch), out var image))
        {
            var folder = NewFolder($"{System.IO.Path.GetFileName(program)}-{arch}");
            Made[(program, arch)] = image = Build(log, program, folder, arch);
        }

        return image;
    }

    /// <summary>Makes an image.</summary>
    /// <param name="log">Gets what is printed.</param>
    /// <param name="program">The folder of the program.</param>
    /// <param name="output">Where the image goes.</param>
    /// <param name="arch">x86_64 or arm64.</param>
    internal static Image Build(ITestOutputHelper log, string program, string output, string arch = "x86_64")
    {
        var build = TryBuild(log, program, output, arch);
        Assert.Equal(0, build.ExitCode);
        var name = System.IO.Path.GetFileName(program);
        return new Image(
            System.IO.Path.Combine(output, arch == "arm64" ? name : name + ".elf"),
            System.IO.Path.Combine(output, "obj", $"{name}.{arch}", name + ".dll"),
            build.Output);
    }

    /// <summary>Runs the build, which may fail.</summary>
    internal static Script TryBuild(ITestOutputHelper log, string program, string output, string arch = "x86_64") =>
        Script.Run(log, "baremetal/build", "--arch", arch, "--keep", "--out", output, program);

    /// <summary>Makes a folder with a program of one file.</summary>
    /// <param name="name">The name of the program.</param>
    /// <param name="statement">What it does; it can use <c>platform</c>, and <c>Keep</c> for an object.</param>
    internal static string NewProgram(string name, string statement)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(NewFolder("source-" + name), name)).FullName;
        File.WriteAllText(
            System.IO.Path.Combine(folder, "Program.cs"),
            $$"""
            using System.Runtime.CompilerServices;
            using Xen.Domain;
            using Xen.Sys;

            internal static class Program
            {
                internal static void Run<TPlatform, TTransport>(ref TPlatform platform, TTransport transport)
                    where TPlatform : IDomainPlatform
                    where TTransport : IHypercallTransport
                {
                    {{statement}}
                }

                [MethodImpl(MethodImplOptions.NoInlining)]
                private static void Keep(object value)
                {
                }
            }

            """);
        return folder;
    }
}
