using System;
using System.IO;

namespace EndToEnd;

/// <summary>What several tests bring into the lab. Made once, or cheap.</summary>
internal static class LabMaterial
{
    private static readonly Lazy<string> PublishedVirtioDisk = new(() => Publish("virtio-disk"));
    private static readonly Lazy<string> PublishedVirtioHost = new(() => Publish("virtio-host"));
    private static readonly Lazy<string> PublishedHelloHypercall = new(() => Publish("hello-hypercall"));

    /// <summary>The folder with the published virtio-disk.</summary>
    internal static string VirtioDisk => PublishedVirtioDisk.Value;

    /// <summary>The folder with the published virtio-host.</summary>
    internal static string VirtioHost => PublishedVirtioHost.Value;

    /// <summary>The folder with the published hello-hypercall.</summary>
    internal static string HelloHypercall => PublishedHelloHypercall.Value;

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

    private static string Publish(string sample)
    {
        var published = Script.Run(
            TestContext.Current.TestOutputHelper!, "dotnet", "publish",
            RepositoryRoot.Combine("samples", sample), "-c", "Release", "-v", "quiet", "-nologo",
            "--disable-build-servers");
        Assert.Equal(0, published.ExitCode);
        return RepositoryRoot.Combine("artifacts", "publish", sample, "release");
    }
}
