using System;
using System.Globalization;
using System.IO;
using System.Text;
using Xen.Virtio.Devices.I2c;

namespace VirtioI2c.Simulation;

/// <summary>Shows each transfer that reaches a bus.</summary>
/// <param name="bus">The bus.</param>
/// <param name="output">Takes a line for each transfer. May be used by several threads.</param>
internal sealed class ShowingBus(II2cBus bus, TextWriter output) : II2cBus
{
    public int Transfer(ReadOnlySpan<I2cMessage> messages)
    {
        var done = bus.Transfer(messages);
        var line = new StringBuilder("  bus:  ");
        for (var i = 0; i < messages.Length; i++)
        {
            var message = messages[i];
            line.Append(i == 0 ? "" : ",").Append(message.IsRead ? " read " : " write ").Append(message.Address);
            foreach (var value in message.Data.Span)
                line.Append(i < done || !message.IsRead ? string.Create(CultureInfo.InvariantCulture, $" {value:x2}") : "");
            if (i < done)
                continue;
            line.Append(": no answer");
            break;
        }

        output.WriteLine(line.ToString());
        return done;
    }
}
