using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli.Text;

/// <summary>One node in the form of <c>xenstore-ls</c>, byte for byte.</summary>
/// <param name="width">
/// How many columns a line has; null for no end. A value that is longer than the rest of the line is cut.
/// </param>
/// <param name="isFlat">Whether whole paths stand there in place of indented names.</param>
internal sealed class ListingLine(int? width, bool isFlat)
{
    private const int LongestFill = 60;
    private const int Margin = 8;
    private readonly ArrayBufferWriter<byte> _value = new();

    /// <summary>The columns of a listing that does not go to a terminal.</summary>
    public const int WidthWithoutTerminal = 80;

    /// <summary>The width for a terminal.</summary>
    /// <param name="columns">How many it has, which may be 0: it does not know.</param>
    public static int? WidthOf(int columns)
    {
        const int Left = 2;
        return columns < Left ? null : columns - Left;
    }

    /// <summary>Writes a line.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="name">The name, or in a flat listing the path.</param>
    /// <param name="depth">How far below the listed node it is; 0 for its children.</param>
    /// <param name="value">The value; null if it may not be read.</param>
    /// <param name="hasPermissions">Whether permissions are to be shown.</param>
    /// <param name="permissions">The permissions; null if they may not be read.</param>
    public void Write(
        DataWriter output,
        string name,
        int depth,
        byte[]? value,
        bool hasPermissions,
        IReadOnlyList<XenStorePermission>? permissions)
    {
        var column = WriteName(output, name, depth);
        if (value is null)
            output.Write(":\n"u8);
        else if (WriteValue(output, value, ref column) && hasPermissions)
            Fill(output, column);
        WriteEnd(output, hasPermissions, permissions);
    }

    /// <summary>Writes a line without a value.</summary>
    public void WriteWithoutValue(
        DataWriter output, string name, int depth, bool hasPermissions, IReadOnlyList<XenStorePermission>? permissions)
    {
        var column = WriteName(output, name, depth);
        if (hasPermissions)
            Fill(output, column);
        WriteEnd(output, hasPermissions, permissions);
    }

    private static void WriteEnd(DataWriter output, bool hasPermissions, IReadOnlyList<XenStorePermission>? permissions)
    {
        if (hasPermissions && permissions is not null)
            output.Write($"  ({PermissionWords.Join(permissions)})");
        output.Write("\n"u8);
    }

    private int WriteName(DataWriter output, string name, int depth)
    {
        if (isFlat)
        {
            output.Write(name);
            return 0;
        }

        var shown = name[..Cut(width - depth - Margin, name.Length)];
        output.Write(new string(' ', depth));
        output.Write(shown);
        return depth + Encoding.UTF8.GetByteCount(shown);
    }

    // True if it was not cut.
    private bool WriteValue(DataWriter output, ReadOnlySpan<byte> value, ref int column)
    {
        const int Around = 5;
        _value.ResetWrittenCount();
        var length = ValueText.Escape(value, _value);
        var room = width - column - Margin;
        var isCut = value.Length > room;
        output.Write(" = \""u8);
        output.Write(_value.WrittenSpan[..(isCut ? Cut(room, length) : length)]);
        output.Write(isCut ? "\\...\""u8 : "\""u8);
        column += length + Around;
        return !isCut;
    }

    // Dots at every other column lead to the permissions.
    private void Fill(DataWriter output, int column)
    {
        output.Write(" "u8);
        if (isFlat)
            return;
        var end = Math.Min(width ?? 0, LongestFill);
        for (column++; column < end; column++)
            output.Write(column % 2 == 0 ? " "u8 : "."u8);
    }

    // What the C library makes of a precision: if it is negative, it does not count.
    private static int Cut(int? precision, int length) =>
        precision is >= 0 and var most ? Math.Min(most, length) : length;
}
