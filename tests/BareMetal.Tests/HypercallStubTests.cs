using System;
using System.IO;

namespace BareMetal.Tests;

/// <summary>
/// The instructions that leave for Xen: the very files of the images, called in a process that records the registers.
/// </summary>
public sealed class HypercallStubTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("x86_64", "page", "vmcall", "vmmcall")]
    [InlineData("arm64", "hvc")]
    public void Arguments_arrive_in_their_registers_and_those_of_the_caller_and_its_stack_are_kept(
        string machine, params string[] ways)
    {
        var run = Call(machine, Stub(machine));
        Assert.Equal(0, run.ExitCode);
        foreach (var way in ways)
            Assert.Contains(way + ": good\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x86_64", "mov %r8, %r10", "mov %r8, %r9", "page: argument 4 arrived as ")]
    [InlineData("x86_64", "mov %rdi, %rax", "mov %rdi, %rax; mov %rax, %rbx", "vmcall: kept register 0 became 23")]
    [InlineData("x86_64", "mov %rdi, %rax", "mov %rdi, %rax; mov %rax, -16(%rsp)", "vmmcall: the stack was written")]
    [InlineData("arm64", "hvc #0xEA1", "hvc #0", "hvc: the instruction is d4000002")]
    [InlineData("arm64", "mov x16, x0", "mov x16, x0; mov x19, x0", "hvc: kept register 0 became 23")]
    public void Stub_with_a_mistake_is_found_out(string machine, string right, string wrong, string finding)
    {
        var stub = Path.Combine(Image.NewFolder("wrong-stub"), "hypercall.S");
        var source = File.ReadAllText(Stub(machine));
        Assert.Contains(right, source, StringComparison.Ordinal);
        File.WriteAllText(stub, source.Replace(right, wrong, StringComparison.Ordinal));
        var run = Call(machine, stub);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(finding, run.Output, StringComparison.Ordinal);
    }

    private static string Stub(string machine) => RepositoryRoot.Combine("baremetal", "boot", machine, "hypercall.S");

    private Script Call(string machine, string stub) =>
        Script.Run(log, "tests/BareMetal.Tests/Stubs/run", machine, stub);
}
