using System;

namespace Xen.BareMetal;

/// <summary>Text about the end, on the stack of whoever ends: no more than it takes.</summary>
// SAFETY: the length never exceeds the room.
internal unsafe ref struct PanicText
{
    private const int Room = 240;

    private fixed byte _text[Room];
    private int _length;

    internal void Add(ReadOnlySpan<byte> text)
    {
        foreach (var character in text)
            Add(character);
    }

    internal void AddHexadecimal(ulong value, int digits)
    {
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        {
            var digit = (byte)((value >> shift) & 0xf);
            Add((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    internal void AddRegister(ReadOnlySpan<byte> name, ulong value)
    {
        Add(name);
        Add((byte)' ');
        AddHexadecimal(value, 16);
        Add((byte)' ');
    }

    internal void WriteLine(scoped ref DomainPlatform platform)
    {
        Add((byte)'\n');
        // SAFETY: the text is as long as has been written of it.
        fixed (byte* text = _text)
            platform.Write(new ReadOnlySpan<byte>(text, _length));
        _length = 0;
    }

    private void Add(byte character)
    {
        if (_length < Room)
            _text[_length++] = character;
    }
}
