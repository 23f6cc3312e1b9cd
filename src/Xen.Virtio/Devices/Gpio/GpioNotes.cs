using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>
/// What a process that takes over needs to know: the lines, the buffers of the event queue, how far that queue has come.
/// </summary>
/// <remarks>
/// <para>Word 0: the event queue's position. Word 1: the position behind a buffer that is about to be given back, and
/// its line. Then three words for each line: what it is, its buffer, and the address of that buffer's status.</para>
/// <para>Buffers come back in any order, and the guest's rings do not keep those that wait for long: so they are noted
/// here when they are taken. Each step is one word, and the order of the steps is such that one which was the last can
/// be told from the rings: see <see cref="GpioEventThread"/>.</para>
/// </remarks>
/// <param name="words">Where; null if nothing is kept.</param>
/// <param name="lines">How many lines there are.</param>
internal sealed class GpioNotes(IDeviceNotes? words, int lines)
{
    /// <summary>No line: a buffer that was refused.</summary>
    public const int NoLine = ushort.MaxValue;

    private const int FirstLine = 2;
    private const int WordsOfLine = 3;
    private const int LineShift = 40;
    private const int SlotsShift = 16;
    private const ulong PositionMask = (1UL << 34) - 1;
    private const ulong IsSet = 1UL << 63;

    private const int DirectionMask = 3;
    private const int ValueBit = 1 << 2;
    private const int LatchedBit = 1 << 3;
    private const int TypeShift = 4;
    private const int TypeMask = 15;
    private const int ReturningShift = 8;
    private const ulong LineMask = (1UL << 10) - 1;

    public bool AreKept => words is not null;

    public static int CountFor(int lines) => FirstLine + (WordsOfLine * lines);

    public void Clear()
    {
        for (var i = 0; i < CountFor(lines); i++)
            words?.Write(i, 0);
    }

    public void SetLine(int line, in GpioLine state)
    {
        var word = (int)state.Direction | ((int)state.Type << TypeShift)
            | (state.OutputValue ? ValueBit : 0) | (state.IsLatched ? LatchedBit : 0)
            | (state.IsReturning ? ((int)state.Status + 1) << ReturningShift : 0);
        words?.Write(WordOf(line), (uint)word);
    }

    /// <summary>Reads a line, as a process has left it that need not be of this version.</summary>
    /// <returns>False if it cannot have been so.</returns>
    public bool TryGetLine(int line, out GpioLine state)
    {
        var noted = words?.Read(WordOf(line)) ?? 0;
        var word = (int)(noted & LineMask);
        var returning = word >> ReturningShift;
        state = new GpioLine
        {
            Direction = (GpioDirection)(word & DirectionMask),
            OutputValue = (word & ValueBit) != 0,
            Type = (GpioInterruptType)((word >> TypeShift) & TypeMask),
            IsLatched = (word & LatchedBit) != 0,
            IsUnmasked = returning != 0,
            IsReturning = returning != 0,
            Status = returning == 0 ? default : (GpioEventStatus)(returning - 1),
        };
        return noted <= LineMask && returning <= 2 && state.Direction <= GpioDirection.Input
            && state.Type is <= GpioInterruptType.HighLevel or GpioInterruptType.LowLevel
            && (state.Type == GpioInterruptType.None || state.Direction != GpioDirection.Output);
    }

    // The address first: a buffer that is there is whole.
    public void SetBuffer(int line, in GpioBuffer buffer)
    {
        words?.Write(WordOf(line) + 2, buffer.StatusAddress);
        words?.Write(WordOf(line) + 1, IsSet | ((ulong)(uint)buffer.Slots << SlotsShift) | buffer.Head);
    }

    public void ClearBuffer(int line) => words?.Write(WordOf(line) + 1, 0);

    public GpioBuffer? GetBuffer(int line)
    {
        var word = words?.Read(WordOf(line) + 1) ?? 0;
        return (word & IsSet) != 0
            ? new GpioBuffer((ushort)word, (ushort)(word >> SlotsShift), words!.Read(WordOf(line) + 2))
            : null;
    }

    public void SetPosition(QueuePosition position) => words?.Write(0, IsSet | position.ToBits());

    public bool TryGetPosition(out QueuePosition position) => TryGet(0, out position, out _);

    public void SetLeaving(QueuePosition behind, int line) =>
        words?.Write(1, IsSet | behind.ToBits() | ((ulong)(uint)line << LineShift));

    public void ClearLeaving() => words?.Write(1, 0);

    public bool TryGetLeaving(out QueuePosition behind, out int line) => TryGet(1, out behind, out line);

    private static int WordOf(int line) => FirstLine + (WordsOfLine * line);

    private bool TryGet(int index, out QueuePosition position, out int line)
    {
        var word = words?.Read(index) ?? 0;
        position = QueuePosition.FromBits(word & PositionMask);
        line = (ushort)(word >> LineShift);
        return (word & IsSet) != 0;
    }
}
