using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Xen.Testing.I2c;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace VirtioI2c.Simulation;

/// <summary>What the guest of a simulation does with its chips.</summary>
/// <param name="driver">The guest's driver.</param>
/// <param name="eeprom">The EEPROM, to look into from the host.</param>
/// <param name="output">Takes what the guest says.</param>
internal sealed class ScriptedGuest(I2cDriver driver, SimulatedEeprom eeprom, TextWriter output)
{
    // What i2cdetect looks at.
    private const int FirstProbed = 0x08;
    private const int LastProbed = 0x77;

    private static readonly int[] There = [I2cSimulation.Thermometer, I2cSimulation.Eeprom, I2cSimulation.Clock];

    /// <summary>Runs it.</summary>
    /// <param name="stop">The user wants no more.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal bool Run(CancellationToken stop)
    {
        driver.Start();
        var holds = true;
        foreach (var scene in (Func<bool>[])[Probe, ReadClock, WriteEeprom, ReadThermometer, ReachForAnother, FailGroup])
        {
            stop.ThrowIfCancellationRequested();
            holds &= scene();
        }

        return holds;
    }

    private bool Probe()
    {
        Say("looking for chips at 0x08 to 0x77, as i2cdetect does");
        var found = new List<int>();
        for (var address = FirstProbed; address <= LastProbed; address++)
        {
            if (AllOk(driver.Transfer(Write(address))))
                found.Add(address);
        }

        return Expect(
            found.SequenceEqual(There), $"found {string.Join(", ", found.Select(Hex))}, its own chips and no other");
    }

    private bool ReadClock()
    {
        Say("reading the clock: the register's number and seven registers, in one transfer");
        var time = new byte[7];
        var statuses = driver.Transfer(Write(I2cSimulation.Clock, 0), Read(I2cSimulation.Clock, time));
        var shown = string.Create(
            CultureInfo.InvariantCulture,
            $"20{time[6]:x2}-{time[5]:x2}-{time[4]:x2} {time[2]:x2}:{time[1]:x2}:{time[0]:x2}");
        return Expect(
            AllOk(statuses) && shown == I2cSimulation.Time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            $"it is {shown}");
    }

    private bool WriteEeprom()
    {
        Say("writing to the EEPROM, and reading it back");
        var back = new byte[5];
        var holds = AllOk(driver.Transfer(Write(I2cSimulation.Eeprom, [0x10, .. "hello"u8])));
        holds &= AllOk(driver.Transfer(Write(I2cSimulation.Eeprom, 0x10), Read(I2cSimulation.Eeprom, back)));
        return Expect(holds && back.AsSpan().SequenceEqual("hello"u8), $"it says '{Encoding.ASCII.GetString(back)}'");
    }

    private bool ReadThermometer()
    {
        Say("reading the temperature");
        var value = new byte[2];
        var statuses = driver.Transfer(Write(I2cSimulation.Thermometer, 0), Read(I2cSimulation.Thermometer, value));
        var celsius = (short)((value[0] << 8) | value[1]) / 256.0;
        return Expect(AllOk(statuses) && celsius == 21.5, string.Create(CultureInfo.InvariantCulture, $"{celsius} degrees"));
    }

    private bool ReachForAnother()
    {
        Say($"reading from {Hex(I2cSimulation.OtherEeprom)}, a chip that is there, and not this guest's");
        var value = new byte[1];
        var statuses = driver.Transfer(Read(I2cSimulation.OtherEeprom, value));
        return Expect(
            statuses is [I2cRequestStatus.Error] && value[0] == 0, "no answer, and the bus has not seen it");
    }

    private bool FailGroup()
    {
        Say("a group of three (FAIL_NEXT), of which the second gets no answer");
        var before = eeprom.Content[0x20];
        var statuses = driver.Transfer(
            Write(I2cSimulation.Eeprom, 0x20), Write(I2cSimulation.Nothing, 0), Write(I2cSimulation.Eeprom, 0x20, 0xaa));
        var holds = Expect(
            statuses is [I2cRequestStatus.Ok, I2cRequestStatus.Error, I2cRequestStatus.Error],
            "the first went well, the second failed, and the third with it");
        holds &= Expect(eeprom.Content[0x20] == before, "the third has not reached the chip");
        Say("the group after it is not concerned");
        return Expect(AllOk(driver.Transfer(Write(I2cSimulation.Eeprom, 0x20))), "went well") && holds;
    }

    private bool Expect(bool holds, string what)
    {
        Say(holds ? $"  good: {what}" : $"  WRONG: not so: {what}");
        return holds;
    }

    private void Say(string text) => output.WriteLine($"guest: {text}");

    private static bool AllOk(I2cRequestStatus[] statuses) =>
        statuses.All(static status => status == I2cRequestStatus.Ok);

    private static I2cMessage Write(int address, params byte[] data) => new(new I2cAddress(address), IsRead: false, data);

    private static I2cMessage Read(int address, byte[] data) => new(new I2cAddress(address), IsRead: true, data);

    private static string Hex(int address) => string.Create(CultureInfo.InvariantCulture, $"0x{address:x2}");
}
