using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Xen.Testing.Console;
using Xen.Testing.Virtio;

namespace VirtioConsole.Simulation;

/// <summary>What the guest of a simulation writes to its console, and what the person at it types.</summary>
/// <param name="driver">The guest's driver.</param>
/// <param name="end">The person's terminal.</param>
/// <param name="output">Takes what both do.</param>
internal sealed class ScriptedDialogue(ConsoleDriver driver, SimulatedConsoleEnd end, TextWriter output)
{
    private const int BufferLength = 64;
    private const int LongText = 40_000;

    /// <summary>Runs it.</summary>
    /// <param name="stop">The user wants no more.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal bool Run(CancellationToken stop)
    {
        driver.Start();
        var size = ConsoleSimulation.Size;
        var holds = Expect(
            driver.Columns == size.Columns && driver.Rows == size.Rows,
            $"the console has {driver.Columns} columns and {driver.Rows} rows");
        foreach (var (question, answer) in (ReadOnlySpan<(string, string)>)[
            ("board login: ", "root\n"), ("Password: ", "secret\n"), ("board:~# ", "uptime\n"),
            (" 12:34:56 up 1 day\nboard:~# ", "exit\n")])
        {
            stop.ThrowIfCancellationRequested();
            holds &= GuestWrites(question) && PersonTypes(answer);
        }

        return PersonPastes() && holds;
    }

    private bool GuestWrites(string text)
    {
        driver.Write(text);
        var seen = Encoding.UTF8.GetString(end.Take());
        output.WriteLine($"  terminal: {Visible(seen)}");
        return Expect(seen == text, $"wrote {Visible(text)}, and the terminal shows it");
    }

    private bool PersonTypes(string text)
    {
        output.WriteLine($"  typed:    {Visible(text)}");
        end.Send(text);
        var read = Encoding.UTF8.GetString(driver.Read(BufferLength));
        return Expect(read == text, $"read {Visible(read)}");
    }

    private bool PersonPastes()
    {
        output.WriteLine($"  pasted:   {LongText} characters");
        var text = string.Concat(Enumerable.Range(0, LongText).Select(static i => (char)('a' + (i % 26))));
        end.Send(text);
        var read = new StringBuilder();
        while (read.Length < LongText)
            read.Append(Encoding.UTF8.GetString(driver.Read(BufferLength * BufferLength)));
        return Expect(read.ToString() == text, "read all of them, in order, as fast as it had buffers");
    }

    private bool Expect(bool holds, string what)
    {
        output.WriteLine(holds ? $"guest:   good: {what}" : $"guest:   WRONG: not so: {what}");
        return holds;
    }

    private static string Visible(string text) => $"'{text.Replace("\n", "\\n", StringComparison.Ordinal)}'";
}
