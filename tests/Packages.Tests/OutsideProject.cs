using System;
using System.IO;

namespace Packages.Tests;

/// <summary>A console project outside of the repository that knows nothing but the packages.</summary>
internal sealed class OutsideProject
{
    private readonly PackageFeed _feed;
    private readonly string _folder;

    public OutsideProject(PackageFeed feed, string name, string names, string program, string properties = "", string items = "")
    {
        _feed = feed;
        _folder = feed.NewFolder(name);
        Write(name + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
                <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Xen.Sys" Version="{feed.Version}" />
                <PackageReference Include="Xen.Sys.Generator" Version="{feed.Version}" PrivateAssets="all" />
                {items}
              </ItemGroup>
            </Project>
            """);
        Write("XenApis.txt", names);
        Write("Program.cs", program);
    }

    /// <summary>Writes a file of the project.</summary>
    public void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Builds; an error leaves its text.</summary>
    public (int Code, string Output) Build() => DotnetCommand.Run(_folder, _feed.Environment, "build", "-v", "quiet", "--disable-build-servers");

    /// <summary>Builds and runs; fails the test if one of both does.</summary>
    public string Run()
    {
        (int code, string output) = Build();
        Assert.True(code == 0, output);
        (code, output) = DotnetCommand.Run(_folder, _feed.Environment, "run", "--no-build");
        Assert.True(code == 0, output);
        return output.Replace("\r", "", StringComparison.Ordinal);
    }
}
