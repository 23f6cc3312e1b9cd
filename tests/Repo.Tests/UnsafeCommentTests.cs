using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repo.Tests;

/// <summary>Unsafe code says why it holds: the rule, and snippets that show that it is held.</summary>
/// <remarks>
/// An <c>unsafe</c> block and a <c>fixed</c> statement carry the line directly above them. <c>Unsafe</c>,
/// <c>NativeMemory</c> and the like carry it above the statement or the member. Pointers that are followed, moved,
/// indexed or taken, and native calls that take addresses, may also be explained once, at the type that holds the
/// member: the type's invariant.
/// </remarks>
public sealed class UnsafeCommentTests
{
    [Fact]
    public void Unsafe_code_says_why_it_is_safe()
    {
        SyntaxTree[] trees = [.. Repository.Files
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && IsProduct(file))
            .Select(file => CSharpSyntaxTree.ParseText(Repository.Read(file), path: file))];
        var uses = UnsafeCode.Find(trees).ToList();
        Assert.NotEmpty(uses);
        var unexplained = uses.Where(use => !SafetyComment.Explains(use))
            .Select(use => $"{use.Node.SyntaxTree.FilePath}:{use.Line}: {use.What}")
            .ToList();
        Assert.True(unexplained.Count == 0, "no // SAFETY: line explains:\n" + string.Join('\n', unexplained));
    }

    [Theory]
    [InlineData("class C { void M() { unsafe { } } }", "an unsafe block")]
    [InlineData("unsafe class C { void M(int[] a) { fixed (int* p = a) { } } }", "a fixed statement")]
    [InlineData("// SAFETY: a type explains no fixed statement\nunsafe class C { void M(int[] a) { fixed (int* p = a) { } } }", "a fixed statement")]
    [InlineData("unsafe class C { int M(int* p) => *p; }", "a pointer is followed")]
    [InlineData("class C { unsafe int M(S* p) { return p->x; } }", "a pointer is followed")]
    [InlineData("unsafe class C { int* _p; int M() => _p[1]; }", "a pointer is indexed")]
    [InlineData("unsafe class C { int M() { var p = stackalloc int[2]; return p[1]; } }", "a pointer is indexed")]
    [InlineData("unsafe class C { int* M(int* p) => p + 1; }", "pointer arithmetic")]
    [InlineData("unsafe class C { void M(int* p) { p++; } }", "pointer arithmetic")]
    [InlineData("unsafe class C { int* M(nint n) => (int*)n + 1; }", "pointer arithmetic")]
    [InlineData("unsafe class C { void M() { int i; N(&i); } }", "an address is taken")]
    [InlineData("unsafe class C { void M(delegate*<void> f) { f(); } }", "a function pointer is called")]
    [InlineData("unsafe class C { Span<int> M(int* p) => new Span<int>(p, 1); }", "a span is made of a pointer")]
    [InlineData("unsafe class C { Span<int> M(int* p) => new(p, 1); }", "a span is made of a pointer")]
    [InlineData("class C { ref int M(object o) => ref System.Runtime.CompilerServices.Unsafe.As<object, int>(ref o); }", "Unsafe.As")]
    [InlineData("class C { Span<int> M(Span<byte> s) => MemoryMarshal.Cast<byte, int>(s); }", "MemoryMarshal.Cast")]
    [InlineData("// SAFETY: a type explains no intrinsic\nclass C { void M(void* p) => NativeMemory.Free(p); }", "NativeMemory.Free")]
    [InlineData("class C { [DllImport(\"c\")] static extern int read(ref byte b); void M() { byte b = 0; read(ref b); } }", "a native call that takes an address")]
    [InlineData("class L { [LibraryImport(\"c\")] static partial int unmap(nint p); } class C { void M() { L.unmap(1); } }", "a native call that takes an address")]
    [InlineData("class C { [UnmanagedCallersOnly] static int M() => 1; }", "an entry from native code")]
    [InlineData("using static System.Runtime.CompilerServices.Unsafe;", "a using that hides System.Runtime.CompilerServices.Unsafe")]
    [InlineData("using M = System.Runtime.InteropServices.MemoryMarshal;", "a using that hides System.Runtime.InteropServices.MemoryMarshal")]
    public void Missing_reason_is_found(string source, string what) =>
        Assert.Equal(what, Assert.Single(Unexplained(source)).What);

    [Theory]
    [InlineData("class C { void M() {\n// SAFETY: it is empty\nunsafe { } } }")]
    [InlineData("unsafe class C { void M(int[] a) {\n// SAFETY: pinned while used\nfixed (int* p = a)\nfixed (int* q = a) { N(p[0]); } } }")]
    [InlineData("unsafe class C {\n// SAFETY: the caller's promise holds\nint M(int* p) => *p; }")]
    [InlineData("unsafe class C {\n/// <summary>M.</summary>\n[A]\n// SAFETY: the caller's promise holds\n[B]\npublic int M(int* p) => *p; }")]
    [InlineData("// SAFETY: the field never dangles\ninternal unsafe struct S { int* p; int M() => *p; }")]
    [InlineData("unsafe class C { int P { get {\n// SAFETY: the field never dangles\nreturn *p; } } }")]
    [InlineData("class C {\n// SAFETY: the memory is ours\n// and freed once.\nvoid M(void* p) => NativeMemory.Free(p); }")]
    [InlineData("unsafe interface I { byte* Address { get; } void* Take(nuint size); }")]
    [InlineData("class C { string s = \"unsafe { *p }\"; /* fixed (x) */ int M(int a, int b) => a * b & a; }")]
    [InlineData("class C { int M() => Unsafe.SizeOf<int>(); int N(Span<byte> s) => MemoryMarshal.Read<int>(s); }")]
    [InlineData("class C { [DllImport(\"c\")] static extern int close(int fd); void M() { close(1); } }")]
    public void Explained_and_harmless_code_passes(string source) => Assert.Empty(Unexplained(source));

    [Theory]
    [InlineData("// SAFETY:\nunsafe { }")]
    [InlineData("// SAFETY: trust me\nunsafe { }")]
    [InlineData("// safety: it is empty and harmless\nunsafe { }")]
    [InlineData("// SAFETY: a blank line follows here\n\nunsafe { }")]
    [InlineData("// SAFETY: this explains the next one\nN();\nunsafe { }")]
    [InlineData("// SAFETY: around it is not above it\n{ unsafe { } }")]
    [InlineData("var s = \"// SAFETY: in a string\";\nunsafe { }")]
    [InlineData("unsafe { } // SAFETY: behind it is not above it")]
    public void Line_that_does_not_explain_is_not_accepted(string body) =>
        Assert.Single(Unexplained("class C { void M() {\n" + body + "\n} }"));

    private static List<UnsafeUse> Unexplained(string source) =>
        [.. UnsafeCode.Find([CSharpSyntaxTree.ParseText(source)]).Where(use => !SafetyComment.Explains(use))];

    private static bool IsProduct(string file) =>
        file.StartsWith("src/", StringComparison.Ordinal)
        || file.StartsWith("baremetal/", StringComparison.Ordinal)
        || file.StartsWith("samples/", StringComparison.Ordinal)
        || file.StartsWith("generator/", StringComparison.Ordinal);
}
