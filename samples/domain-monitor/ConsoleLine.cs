using System;
using Xen.Domain;

namespace DomainMonitor;

/// <summary>A line of the console: it begins in the first column and is never longer than 80.</summary>
/// <param name="memory"><see cref="MemoryLength"/> bytes.</param>
internal ref struct ConsoleLine(Span<byte> memory)
{
    private const int Columns = 80;

    /// <summary>Bytes of memory that it needs: a line and its end.</summary>
    internal const int MemoryLength = Columns + 1;

    private readonly Span<byte> _memory = memory;

    /// <summary>What has been put together.</summary>
    internal TextBuffer Text = new(memory[..Columns]);

    /// <summary>Begins a message of the program, as opposed to its tables.</summary>
    internal void BeginMessage()
    {
        Text.Clear();
        Text.Add("domain-monitor: "u8);
    }

    /// <summary>Prints it.</summary>
    internal void End<TPlatform>(ref TPlatform platform)
        where TPlatform : IDomainPlatform
    {
        _memory[Text.Length] = (byte)'\n';
        platform.Write(_memory[..(Text.Length + 1)]);
        Text.Clear();
    }
}
