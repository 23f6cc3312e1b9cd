using System;
using System.IO;
using System.Linq;
using System.Threading;
using Xen.Testing.Gpio;
using Xen.Testing.Virtio;
using Xen.Virtio.Spec.Gpio;

namespace VirtioGpio.Simulation;

/// <summary>What the guest of a simulation does with its lines, and what people do with theirs meanwhile.</summary>
/// <param name="driver">The guest's driver.</param>
/// <param name="bank">The chip.</param>
/// <param name="output">Takes what the guest says.</param>
internal sealed class ScriptedGuest(GpioDriver driver, SimulatedGpioBank bank, TextWriter output)
{
    // The guest's numbers of its lines.
    private const int Lamp = 0;
    private const int Button = 2;
    private const int Door = 3;

    /// <summary>Runs it.</summary>
    /// <param name="stop">The user wants no more.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal bool Run(CancellationToken stop)
    {
        driver.Start();
        var holds = true;
        foreach (var scene in (Func<bool>[])[ReadNames, LightLamp, LookAtDoor, WaitForButton, ReachForAnother])
        {
            stop.ThrowIfCancellationRequested();
            holds &= scene();
        }

        return holds;
    }

    private bool ReadNames()
    {
        Say("asking how many lines there are, and for their names");
        var names = driver.ReadNames();
        return Expect(
            driver.LineCount == GpioSimulation.Given.Length && names.SequenceEqual(GpioSimulation.Given.Select(bank.GetName)),
            $"{driver.LineCount} lines: {string.Join(", ", names)}");
    }

    private bool LightLamp()
    {
        Say("making line 0 an output, and it high and low");
        var holds = driver.SetDirection(Lamp, GpioDirection.Output) == GpioStatus.Ok;
        holds &= driver.SetValue(Lamp, isHigh: true) == GpioStatus.Ok && bank.IsHigh(GpioSimulation.Given[Lamp]);
        holds &= driver.SetValue(Lamp, isHigh: false) == GpioStatus.Ok && !bank.IsHigh(GpioSimulation.Given[Lamp]);
        holds &= driver.GetDirection(Lamp, out var direction) == GpioStatus.Ok && direction == GpioDirection.Output;
        return Expect(holds, "the chip's line followed");
    }

    private bool LookAtDoor()
    {
        Say("making line 3 an input, and reading it");
        var holds = driver.SetDirection(Door, GpioDirection.Input) == GpioStatus.Ok;
        holds &= driver.GetValue(Door, out var isHigh) == GpioStatus.Ok;
        return Expect(holds && isHigh, "it is high: the door is open");
    }

    private bool WaitForButton()
    {
        Say("asking for an interrupt when line 2 rises, and waiting");
        var holds = driver.SetDirection(Button, GpioDirection.Input) == GpioStatus.Ok;
        holds &= driver.SetInterruptType(Button, GpioInterruptType.RisingEdge) == GpioStatus.Ok;
        driver.Unmask(Button);
        Show("somebody presses the button");
        bank.Drive(GpioSimulation.Button, high: true);
        holds &= Expect(driver.WaitEvent() == (Button, GpioEventStatus.Valid), "an interrupt of line 2");

        Show("the button is let go, and pressed while the guest does not look");
        bank.Drive(GpioSimulation.Button, high: false);
        bank.Drive(GpioSimulation.Button, high: true);
        driver.Unmask(Button);
        holds &= Expect(
            driver.WaitEvent() == (Button, GpioEventStatus.Valid), "the edge was kept until the guest asked again");

        Say("wanting no interrupts of line 2 any more");
        driver.Unmask(Button);
        holds &= driver.SetInterruptType(Button, GpioInterruptType.None) == GpioStatus.Ok;
        return Expect(
            driver.WaitEvent() == (Button, GpioEventStatus.Invalid), "its buffer came back unused") && holds;
    }

    private bool ReachForAnother()
    {
        Say("reading line 4, which it has not");
        return Expect(driver.GetValue(GpioSimulation.Given.Length, out _) == GpioStatus.Error, "refused");
    }

    private bool Expect(bool holds, string what)
    {
        Say(holds ? $"  good: {what}" : $"  WRONG: not so: {what}");
        return holds;
    }

    private void Say(string text) => output.WriteLine($"guest: {text}");

    private void Show(string text) => output.WriteLine($"  chip: {text}");
}
