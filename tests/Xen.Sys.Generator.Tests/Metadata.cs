using System;
using System.IO;
using System.Linq;

namespace Xen.Sys.Generator.Tests;

/// <summary>Metadata for tests.</summary>
internal static class Metadata
{
    /// <summary>Small metadata with one of everything.</summary>
    public const string Small =
        """
        abi 2
        source test 1
        targets x86_64 aarch64

        header test/bits.h
        1 struct bits size 16 align 8
          @0.0:3 low u8
          @0.4:20 wide u32
          @4.0:5 small i32
          @8.0:64 all u64
        2 BITS_ONE = 1
        3 BITS_MIN = -2147483648
        4 BITS_BIG = u64 18446744073709551615
        5 BITS_NAME = "bits \"and\" \\ \u000a"
        6 enum color = u32
          0 RED
          4294967295 BLUE

        header test/outer.h
        1 struct outer size 56 align 8
          @0 u union outer.u
          @8 - struct outer.@0
          @16 list & u64
          @24 next * struct outer
          @32 name name_t
          @48 grid [2] [2] u16
          @56 rest [] struct bits
        2 union outer.u size 8 align 8
          @0 number u64
          @0 inner struct inner
        3 struct outer.@0 size 8 align 4
          @0 hidden enum color
          @4 lock u8
          @5 outer u8
        4 struct inner size 4 align 4
          @0 outer_ref u32
        5 typedef name_t = [16] char
        6 typedef outer_t = struct outer

        header test/arch.h
        1 struct varies on x86_64 size 4 align 4
          @0 a u32
        1 struct varies on aarch64 size 8 align 8
          @0 a u64
        2 struct holds_varies size 16 align 8
          @0 v struct varies
          @8 pad u64
        3 ARCH_SAME = 1
        4 ARCH_VALUE on x86_64 = 1
        5 ARCH_VALUE on aarch64 = 2
        6 ARCH_ONLY on aarch64 = 3
        7 struct empty on aarch64 size 0 align 1
        8 struct empty on x86_64 size 4 align 4
          @0 a u32
        9 struct packed size 6 align 1
          @0 a u16
          @2 b u32

        end 22
        """;

    /// <summary>An older release of the small metadata, in which some differs and some is missing.</summary>
    public const string Older =
        """
        abi 2
        source test 0.9
        targets x86_64 aarch64

        header test/bits.h
        1 struct bits size 16 align 8
          @0.0:3 low u8
          @0.4:20 wide u32
          @4.0:5 small i32
          @8.0:64 all u64
        2 BITS_ONE = 11

        header test/outer.h
        1 struct outer size 24 align 8
          @0 u union outer.u
          @8 same struct bits
        2 union outer.u size 8 align 8
          @0 number u64
          @0 inner struct inner
        4 struct inner size 8 align 8
          @0 outer_ref u64

        end 5
        """;

    /// <summary>Adds declarations.</summary>
    public static string Add(string metadata, string declarations) => WithEnd(WithoutEnd(metadata) + "\n" + declarations);

    /// <summary>Adds the last line, which counts the declarations.</summary>
    public static string WithEnd(string text) =>
        $"{text}\nend {text.Split('\n').Count(static line => line.Length > 0 && char.IsAsciiDigit(line[0]))}\n";

    /// <summary>Takes the last line away.</summary>
    public static string WithoutEnd(string metadata) => metadata[..metadata.LastIndexOf("\nend ", StringComparison.Ordinal)];

    /// <summary>The releases of Xen whose metadata is checked in.</summary>
    public static string[] Releases { get; } = ["4.14", "4.17", "4.20"];

    /// <summary>The metadata of Linux's Xen devices that is checked in.</summary>
    public static string Linux() => File.ReadAllText(RepositoryRoot.Combine("headers", "abi", "linux-6.12.abi"));

    /// <summary>The metadata of Xen that is checked in.</summary>
    public static string Xen(string release) => File.ReadAllText(RepositoryRoot.Combine("headers", "abi", $"xen-{release}.abi"));
}
