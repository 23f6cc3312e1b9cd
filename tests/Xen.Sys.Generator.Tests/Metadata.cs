using System.IO;

namespace Xen.Sys.Generator.Tests;

/// <summary>Metadata for tests.</summary>
internal static class Metadata
{
    /// <summary>Small metadata with one of everything.</summary>
    public const string Small =
        """
        abi 1
        source test 1
        targets x86_64 aarch64

        header test/bits.h
        struct bits line 1 size 16 align 8
          @0.0:3 low uint:8
          @0.4:20 wide uint:32
          @4.0:5 small int:32
          @8.0:64 all uint:64
        const BITS_ONE line 2 = int:32 1
        const BITS_MIN line 3 = int:32 -2147483648
        const BITS_BIG line 4 = uint:64 18446744073709551615
        string BITS_NAME line 5 = "bits \"and\" \\ \u000a"
        enum color line 6 = uint:32
          0 RED
          4294967295 BLUE

        header test/outer.h
        struct outer line 1 size 56 align 8
          @0 u union outer.u
          @8 - struct outer.@0
          @16 list & uint:64
          @24 next * struct outer
          @32 name name_t
          @48 grid [2] [2] uint:16
          @56 rest [] struct bits
        union outer.u line 2 size 8 align 8
          @0 number uint:64
          @0 inner struct inner
        struct outer.@0 line 3 size 8 align 4
          @0 hidden enum color
          @4 lock uint:8
          @5 outer uint:8
        struct inner line 4 size 4 align 4
          @0 outer_ref uint:32
        typedef name_t line 5 = [16] char
        typedef outer_t line 6 = struct outer

        header test/arch.h
        struct varies line 1 on x86_64 size 4 align 4
          @0 a uint:32
        struct varies line 1 on aarch64 size 8 align 8
          @0 a uint:64
        struct holds_varies line 2 size 16 align 8
          @0 v struct varies
          @8 pad uint:64
        const ARCH_SAME line 3 = int:32 1
        const ARCH_VALUE line 4 on x86_64 = int:32 1
        const ARCH_VALUE line 5 on aarch64 = int:32 2
        const ARCH_ONLY line 6 on aarch64 = int:32 3
        struct empty line 7 on aarch64 size 0 align 1
        struct empty line 8 on x86_64 size 4 align 4
          @0 a uint:32
        struct packed line 9 size 6 align 1
          @0 a uint:16
          @2 b uint:32
        """;

    /// <summary>The metadata of Xen that is checked in.</summary>
    public static string Xen() => File.ReadAllText(RepositoryRoot.Combine("headers", "abi", "xen-4.17.abi"));
}
