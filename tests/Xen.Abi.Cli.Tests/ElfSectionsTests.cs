using System.IO;
using Xen.Abi.Cli.Checking;
using Xen.Headers.Tests;

namespace Xen.Abi.Cli.Tests;

public class ElfSectionsTests
{
    public static TheoryData<string> Compilers => [.. System.Linq.Enumerable.Select(CCompiler.All, compiler => $"{compiler.Name} {compiler.Target}")];

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Sections_of_32_and_64_bits_are_found_by_name(string name)
    {
        HeaderCache.Require();
        CCompiler compiler = System.Linq.Enumerable.Single(CCompiler.All, compiler => $"{compiler.Name} {compiler.Target}" == name);
        using var folder = new TemporaryFolder();
        string source = folder.Write("a.c", "__attribute__((section(\"first\"))) const char a[] = \"abc\";\n__attribute__((section(\"second\"))) const unsigned short b = 0x1234;\n");
        Assert.Equal("", compiler.Compile(source, [], "-c", "-o", folder.Combine("a.o")));
        var sections = ElfSections.Read(File.ReadAllBytes(folder.Combine("a.o")));
        Assert.Equal("abc\0"u8.ToArray(), sections["first"]);
        Assert.Equal([0x34, 0x12], sections["second"]);
    }
}
