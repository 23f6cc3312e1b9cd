using System;
using System.IO;

namespace EndToEnd;

/// <summary>What several tests bring into the lab. Made once, or cheap.</summary>
internal static class LabMaterial
{
    /// <summary>The folder with the built virtio-disk.</summary>
    internal static string VirtioDisk => Built("virtio-disk");

    /// <summary>The folder with the built virtio-host.</summary>
    internal static string VirtioHost => Built("virtio-host");

    /// <summary>The folder with the built hello-hypercall.</summary>
    internal static string HelloHypercall => Built("hello-hypercall");

    /// <summary>What these tests and the programs were built as: release or debug.</summary>
    internal static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>The folder with a built program, or the tests of a project.</summary>
    internal static string Built(string project) => RepositoryRoot.Combine("artifacts", "bin", project, Configuration);

    /// <summary>An empty folder for the files of one test's run.</summary>
    internal static string NewFolder(string name)
    {
        var folder = RunFolder(name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>The folder for the files of one test's run.</summary>
    internal static string RunFolder(string name) => RepositoryRoot.Combine("artifacts", "lab-runs", name);

    /// <summary>Makes the initrd of a guest that is created but never runs.</summary>
    internal static string MakePausedGuest(ITestOutputHelper log, string path, string xen = "4.17")
    {
        var made = Script.Run(
            log, "lab/mkguest", path, "--xen", xen, "--run", RepositoryRoot.Combine("lab", "guest", "init"));
        Assert.Equal(0, made.ExitCode);
        return path;
    }
}
