using System;
using System.Diagnostics;
using System.IO;

namespace Xen.Headers.Tests;

/// <summary>The script <c>headers/refresh</c>, in a folder of its own whose manifest names no package.</summary>
public sealed class RefreshScriptTests : IDisposable
{
    private const string PrivateApt = "lab/lib/private-apt.sh";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("xen-headers-");

    public RefreshScriptTests()
    {
        HeaderCache.Require();
        Directory.CreateDirectory(Combine("."));
        File.Copy(Path.Combine(HeaderCache.Headers, "refresh"), Combine("refresh"));
        Directory.CreateDirectory(Path.GetDirectoryName(Combine("../" + PrivateApt))!);
        File.Copy(RepositoryRoot.Combine(PrivateApt), Combine("../" + PrivateApt));
        File.WriteAllText(Combine("manifest"), "# no package\n");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Metadata_that_an_interrupted_run_moved_away_comes_back()
    {
        Write("abi.old/a.abi", "old");
        Write("abi.new/a.abi", "new");
        Run();
        Assert.Equal("old", File.ReadAllText(Combine("abi/a.abi")));
        Assert.Equal(["abi"], Left());
    }

    [Fact]
    public void Metadata_that_an_interrupted_run_had_in_place_stays()
    {
        Write("abi.old/a.abi", "old");
        Write("abi/a.abi", "new");
        Run();
        Assert.Equal("new", File.ReadAllText(Combine("abi/a.abi")));
        Assert.Equal(["abi"], Left());
    }

    private string Combine(string name) => Path.Combine(_root.FullName, "headers", name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Combine(name))!);
        File.WriteAllText(Combine(name), text);
    }

    private string[] Left() => Array.ConvertAll(Directory.GetDirectories(Combine("."), "abi*"), path => Path.GetFileName(path));

    private void Run()
    {
        // By way of bash: a file that this process wrote cannot be started (ETXTBSY) while a program that another test
        // starts has it inherited and is not at its exec yet.
        using Process process = Process.Start("bash", [Combine("refresh"), "--fetch-only"]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
