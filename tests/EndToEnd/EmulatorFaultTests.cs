namespace EndToEnd;

public sealed class EmulatorFaultTests
{
    [Theory]
    [InlineData("RSP: 0000:ffffffff82c03d00 EFLAGS: 04c0162a\nRAX: 0000000000000008", true)]
    [InlineData("RSP: 0018:ffffc90000013e28 EFLAGS: 00010246\nRSP: 0000:ffffffff82c03d00 EFLAGS: 00400002", true)]
    [InlineData("RSP: 0018:ffffc90000013e28 EFLAGS: 00010246\nKernel panic - not syncing: Fatal exception", false)]
    [InlineData("RSP: 0018:ffffc90000013e28 EFLAGS: 003f7fd7", false)]
    [InlineData("Kernel panic - not syncing: Attempted to kill init!", false)]
    [InlineData("", false)]
    public void Flags_that_no_processor_has_are_the_emulators(string log, bool isFault) =>
        Assert.Equal(isFault, EmulatorFault.Shows(log));
}
