using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>What all mappings promise: a view keeps the memory, its spans do not outlive it, and it goes back once.</summary>
public sealed unsafe class ForeignViewTests
{
    private const int Pages = 2;

    [Fact]
    public void Disposal_with_an_open_view_takes_effect_when_the_last_view_ends()
    {
        var mapping = new CountedMapping();
        var first = mapping.OpenView();
        var second = mapping.OpenView();
        mapping.Dispose();
        mapping.Dispose();
        Assert.Equal(0, mapping.Unmaps);
        second.GetSpan(0, 1)[0] = 5;
        first.Dispose();
        first.Dispose();
        Assert.Equal(0, mapping.Unmaps);
        Assert.Equal(5, second.GetReadOnlySpan(0, 1)[0]);
        second.Dispose();
        Assert.Equal(1, mapping.Unmaps);
        Assert.Throws<ObjectDisposedException>(() => mapping.OpenView().Dispose());
        Assert.Throws<ObjectDisposedException>(() => (nint)mapping.Address);
    }

    [Fact]
    public void Copies_of_a_view_that_are_all_disposed_take_nothing_from_the_owner()
    {
        var mapping = new CountedMapping();
        var view = mapping.OpenView();
        var copy = view;
        var another = view;
        view.Dispose();
        copy.Dispose();
        another.Dispose();
        Assert.Equal(0, mapping.Unmaps);
        using (var fresh = mapping.OpenView())
            fresh.GetSpan(0, 1)[0] = 1;
        mapping.Dispose();
        Assert.Equal(1, mapping.Unmaps);
    }

    [Fact]
    public void Copies_of_a_view_that_are_disposed_after_the_owner_unmap_once()
    {
        var mapping = new CountedMapping();
        var view = mapping.OpenView();
        var copy = view;
        mapping.Dispose();
        view.Dispose();
        copy.Dispose();
        Assert.Equal(1, mapping.Unmaps);
        Assert.Throws<ObjectDisposedException>(() => mapping.OpenView().Dispose());
    }

    [Fact]
    public void View_that_was_disposed_shows_nothing()
    {
        using var mapping = new CountedMapping();
        Assert.Throws<ObjectDisposedException>(() => UseAfterDisposal(mapping));

        static int UseAfterDisposal(CountedMapping mapping)
        {
            var view = mapping.OpenView();
            view.Dispose();
            return view.GetReadOnlySpan(0, 1).Length;
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, (Pages * XenPage.Size) + 1)]
    [InlineData(Pages * XenPage.Size, 1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void Range_that_leaves_the_mapping_is_refused(long offset, int length)
    {
        using var mapping = new CountedMapping();
        Assert.Throws<ArgumentOutOfRangeException>(() => Show(mapping, offset, length, writable: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => Show(mapping, offset, length, writable: false));
    }

    [Fact]
    public void Memory_that_is_mapped_for_reading_is_shown_for_reading_only()
    {
        using var mapping = new CountedMapping(ForeignAccess.ReadOnly);
        Assert.Equal(8, Show(mapping, 0, 8, writable: false));
        Assert.Throws<InvalidOperationException>(() => Show(mapping, 0, 8, writable: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Views_of_many_threads_never_meet_unmapped_memory(int seed)
    {
        for (var round = 0; round < 50; round++)
        {
            var mapping = new CountedMapping();
            var threads = Enumerable.Range(0, 4)
                .Select(worker => new Thread(() => Use(mapping, (seed * 1000) + (round * 10) + worker)))
                .ToArray();
            foreach (var thread in threads)
                thread.Start();
            mapping.Dispose();
            foreach (var thread in threads)
                thread.Join();
            Assert.Equal(1, mapping.Unmaps);
            Assert.Equal(0, mapping.UsedAfterUnmap);
        }

        static void Use(CountedMapping mapping, int seed)
        {
            var random = new Random(seed);
            try
            {
                for (var i = 0; i < 1000; i++)
                {
                    using var view = mapping.OpenView();
                    view.GetSpan(random.Next(Pages * XenPage.Size), 1)[0]++;
                    mapping.Check();
                    if (random.Next(200) == 0)
                        mapping.Dispose();
                }
            }
            catch (ObjectDisposedException)
            {
                // Another thread was done with it first.
            }
        }
    }

    [Theory]
    [InlineData("using var view = mapping.OpenView(); var span = view.GetSpan(0, 1); span[0] = 1;")]
    [InlineData("Sum(mapping); static int Sum(IForeignMapping m) { using var view = m.OpenView(); return view.GetSpan(0, 1)[0]; }")]
    public void Use_within_the_block_of_the_view_compiles(string body) => Assert.Empty(ErrorsOf(body));

    [Theory]
    [InlineData("Take(mapping); static Span<byte> Take(IForeignMapping m) { using var view = m.OpenView(); return view.GetSpan(0, 1); }", "CS8156")]
    [InlineData("Span<byte> kept; { using var view = mapping.OpenView(); kept = view.GetSpan(0, 1); } kept[0] = 1;", "CS8156")]
    [InlineData("ReadOnlySpan<byte> kept; { using var view = mapping.OpenView(); kept = view.GetReadOnlySpan(0, 1); } _ = kept[0];", "CS8156")]
    [InlineData("object boxed = mapping.OpenView();", "CS0029")]
    [InlineData("using var view = mapping.OpenView(); Action use = () => view.GetSpan(0, 1);", "CS8175")]
    public void Span_that_would_outlive_its_view_does_not_compile(string body, string error) =>
        Assert.Contains(error, ErrorsOf(body));

    private static string[] ErrorsOf(string body)
    {
        var source = "using System; using Xen.Sys; static class Snippet { static void Run(IForeignMapping mapping) { "
            + body + " } }";
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))],
            [
                MetadataReference.CreateFromFile(typeof(object).Assembly.Location),
                MetadataReference.CreateFromFile(Path.Combine(runtime, "System.Runtime.dll")),
                MetadataReference.CreateFromFile(typeof(ForeignView).Assembly.Location),
            ],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return [.. compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.Id)];
    }

    private static int Show(CountedMapping mapping, long offset, int length, bool writable)
    {
        using var view = mapping.OpenView();
        return writable ? view.GetSpan(offset, length).Length : view.GetReadOnlySpan(offset, length).Length;
    }

    private sealed class CountedMapping(ForeignAccess access = ForeignAccess.ReadWrite)
        : ForeignMapping((byte*)NativeMemory.AllocZeroed(Pages * XenPage.Size), Pages, access, [])
    {
        private int _unmaps;
        private int _usedAfterUnmap;

        internal int Unmaps => Volatile.Read(ref _unmaps);

        internal int UsedAfterUnmap => Volatile.Read(ref _usedAfterUnmap);

        internal void Check()
        {
            if (Unmaps != 0)
                Interlocked.Increment(ref _usedAfterUnmap);
        }

        protected override void Unmap(byte* address, int pageCount)
        {
            Interlocked.Increment(ref _unmaps);
            NativeMemory.Free(address);
        }
    }
}
