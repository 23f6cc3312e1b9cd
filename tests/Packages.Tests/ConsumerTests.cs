using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xen.Headers.Tests;

namespace Packages.Tests;

/// <summary>What a user sees who has only the packages.</summary>
public sealed class ConsumerTests(PackageFeed feed)
{
    [Fact]
    public void A_project_outside_asks_for_three_names_and_prints_their_sizes()
    {
        var project = new OutsideProject(
            feed,
            "Three.Names-1",
            "4.17:blkif_request // a block request\n4.17:xenpf_symdata\n4.14:xen_domctl_getdomaininfo\n",
            """
            using System;
            using Xen.Sys;

            unsafe
            {
                Console.WriteLine($"{sizeof(Xen.Abi.V4_17.blkif_request)} {sizeof(Xen.Abi.V4_17.xenpf_symdata)} {sizeof(Xen.Abi.V4_14.xen_domctl_getdomaininfo)}");
                Console.WriteLine($"{sizeof(ioreq)} {XenAbi.IOREQ_TYPE_COPY} {new DomainId(5)}");
            }
            """,
            properties: "<PlatformTarget>x64</PlatformTarget>");
        Assert.Equal("112 32 104\n32 1 5\n", project.Run());
    }

    [Fact]
    public void A_header_of_the_user_is_read_before_compilation()
    {
        HeaderCache.Require();
        var project = new OutsideProject(
            feed,
            "My.Header",
            "greeting\nGREETING_*\ndevice_id\n",
            """
            using System;
            using Xen.Abi;

            unsafe
            {
                greeting hello = new() { urgent = 1, volume = 5, kind = device_id.DEVICE_CLOCK };
                Console.WriteLine($"{sizeof(greeting)} {hello.volume} {((byte*)&hello)[0]} {hello.kind} {AbiConstants.GREETING_MAX}");
            }
            """,
            items: """<XenHeader Include="protocol/greeting.h" />""");
        project.Write(
            "protocol/greeting.h",
            """
            #include <stdint.h>
            #include "kinds.h"
            #define GREETING_MAX (4 * 16)
            struct greeting { uint8_t urgent : 1, volume : 4; enum device_id kind; uint64_t words[GREETING_MAX / 16]; };
            """ + "\n");
        project.Write("protocol/kinds.h", "enum device_id { DEVICE_CLOCK = 3, DEVICE_BELL };\n");
        Assert.Equal("40 5 11 DEVICE_CLOCK 64\n", project.Run());

        project.Write("protocol/greeting.h", "#include \"missing.h\"\n");
        (int code, string output) = project.Build();
        Assert.NotEqual(0, code);
        Assert.Contains("greeting.h(1", output, StringComparison.Ordinal);
        Assert.Contains("missing.h", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelled_name_is_an_error_in_the_list_of_names()
    {
        var project = new OutsideProject(feed, "misspelled", "ioreg\n", "System.Console.WriteLine();");
        (int code, string output) = project.Build();
        Assert.NotEqual(0, code);
        string error = output.Split('\n').First(line => line.Contains("XENSYS001", StringComparison.Ordinal));
        Assert.Contains("XenApis.txt(1,1): error XENSYS001: 'ioreg' is in no Xen metadata. Did you mean 'ioreq'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_installs_and_shows_a_structure()
    {
        string folder = feed.NewFolder("tool");
        (int code, string output) = DotnetCommand.Run(
            folder, feed.Environment, "tool", "install", "Xen.Abi.Cli", "--tool-path", folder, "--version", feed.Version);
        Assert.True(code == 0, output);
        (code, output) = DotnetCommand.RunProgram(Path.Combine(folder, "xen-abi"), folder, feed.Environment, "show", "ioreq");
        Assert.True(code == 0, output);
        Assert.Contains("vp_eport", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_store_tool_installs_and_plays_with_a_store_in_a_file()
    {
        string folder = feed.NewFolder("store-tool");
        (int code, string output) = DotnetCommand.Run(
            folder, feed.Environment, "tool", "install", "Xen.Store.Cli", "--tool-path", folder, "--version", feed.Version);
        Assert.True(code == 0, output);
        var environment = new Dictionary<string, string>(feed.Environment) { ["XENSTORE_CONNECT"] = "memory:store.json" };
        string program = Path.Combine(folder, "xenstore");
        Assert.Equal((0, ""), DotnetCommand.RunProgram(program, folder, environment, "write", "/a/b", "hello"));
        File.CreateSymbolicLink(Path.Combine(folder, "xenstore-ls"), program);
        Assert.Equal((0, "b = \"hello\"\n"), DotnetCommand.RunProgram(Path.Combine(folder, "xenstore-ls"), folder, environment, "/a"));
    }
}
