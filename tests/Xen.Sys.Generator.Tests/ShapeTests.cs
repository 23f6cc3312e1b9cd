using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Tests;

public class ShapeTests
{
    private const string Handles =
        """
        abi 2
        source test 1
        targets x86_64 aarch64

        header h.h
        1 struct holder size 64 align 8
          @0 numbers & u64
          @8 nothing & void
          @16 items & struct item
          @24 self & struct holder
          @32 differing & struct varies
          @40 two [2] & u32
          @56 deep & & u8
        2 struct item size 8 align 8
          @0 value u64
        3 struct varies on x86_64 size 4 align 4
          @0 a u32
        3 struct varies on aarch64 size 8 align 8
          @0 a u64
        4 struct ring_a size 8 align 8
          @0 b & struct ring_b
        5 struct ring_b size 8 align 8
          @0 a & struct ring_a
        6 struct state size 8 align 4
          @0 mode enum mode
          @4 raw u32
        7 enum mode = u32
          0 MODE_OFF
          1 MODE_ON

        end 8
        """;

    [Fact]
    public void A_guest_handle_knows_what_it_points_to_where_C_sharp_can_say_it()
    {
        GeneratorRun run = new GeneratorRun(Handles, "holder").Compiles();
        string text = run.File("Xen.Sys.holder.g.cs");
        foreach (string member in new[]
            {
                "<ulong> numbers;", "<byte> nothing;", "<global::Xen.Sys.item> items;", "<byte> self;", "<byte> differing;", "<nint> deep;",
            })
        {
            Assert.Contains("public global::Xen.Sys.XenGuestHandle" + member, text, StringComparison.Ordinal);
        }

        Assert.Contains("Xen.Sys.item.g.cs", run.Files);
        Assert.Single(run.Files, "Xen.Sys.XenGuestHandle.g.cs");
    }

    [Fact]
    public void Structures_with_guest_handles_load_and_are_as_large_as_in_C()
    {
        using var types = new LoadedTypes(new GeneratorRun(Handles, "holder\nring_a"));
        Assert.Equal(64, types.SizeOf("Xen.Sys.holder"));
        Assert.Equal(8, types.SizeOf("Xen.Sys.ring_a"));
        Assert.Equal(8, types.SizeOf("Xen.Sys.ring_b"));
    }

    [Fact]
    public void A_type_without_handles_brings_no_handle_type() =>
        Assert.DoesNotContain("Xen.Sys.XenGuestHandle.g.cs", new GeneratorRun(Handles, "item").Files);

    [Fact]
    public void A_handle_type_of_the_user_replaces_the_generated_one() => Assert.DoesNotContain(
        "Xen.Sys.XenGuestHandle.g.cs",
        new GeneratorRun(
            Handles, "holder", "namespace Xen.Sys { public unsafe struct XenGuestHandle<T> where T : unmanaged { public T* P; } }").Compiles().Files);

    [Theory]
    [InlineData("state")]
    [InlineData("mode")]
    [InlineData("h.h")]
    public void An_enumeration_is_one_and_its_members_keep_their_names(string request)
    {
        GeneratorRun run = new GeneratorRun(Handles, request).Compiles();
        INamedTypeSymbol mode = run.Output.GetTypeByMetadataName("Xen.Sys.mode")!;
        Assert.Equal((TypeKind.Enum, SpecialType.System_UInt32), (mode.TypeKind, mode.EnumUnderlyingType!.SpecialType));
        Assert.Equal(1u, ((IFieldSymbol)mode.GetMembers("MODE_ON").Single()).ConstantValue);
    }

    [Fact]
    public void A_member_of_enumeration_type_has_that_type()
    {
        INamedTypeSymbol state = new GeneratorRun(Handles, "state").Compiles().Output.GetTypeByMetadataName("Xen.Sys.state")!;
        Assert.Equal("mode", ((IFieldSymbol)state.GetMembers("mode").Single()).Type.Name);
    }

    [Fact]
    public void Elements_of_inline_and_flexible_arrays_are_reached_by_spans()
    {
        const string Use =
            """
            public static unsafe class Use
            {
                public static int Run()
                {
                    Xen.Sys.outer* o = stackalloc Xen.Sys.outer[2];
                    o->name.AsSpan()[15] = 7;
                    System.Span<Xen.Sys.bits> rest = Xen.Sys.outer.rest_span(o, 3);
                    rest[0].low = 5;
                    return ((byte*)o)[47] * 100 + (((byte*)o)[56] & 7) * 10 + rest.Length;
                }
            }
            """;
        using var types = new LoadedTypes(new GeneratorRun(Metadata.Small, "outer", Use));
        Assert.Equal(753, types.Type("Use").GetMethod("Run")!.Invoke(null, null));
    }
}
