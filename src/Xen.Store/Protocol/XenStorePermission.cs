using System;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Xen.Sys;

namespace Xen.Store;

/// <summary>One entry of a node's permissions, on the wire a letter and a domain: <c>r5</c>.</summary>
/// <param name="Rights">What the domain may do.</param>
/// <param name="Domain">The domain.</param>
/// <remarks>
/// The first entry of a node is special: its domain owns the node and may do all, and its rights are those of every
/// domain that no other entry names. docs/misc/xenstore.txt, GET_PERMS.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "the field's own word")]
public readonly record struct XenStorePermission(XenStoreAccessRights Rights, DomainId Domain)
{
    /// <summary>The longest form: a letter and five digits.</summary>
    public const int MaximumLength = 6;

    /// <summary>Reads the text form.</summary>
    /// <param name="text">A letter of <c>n r w b</c> and a domain in decimal.</param>
    /// <param name="permission">The entry.</param>
    /// <returns>False if it is not of that form.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out XenStorePermission permission)
    {
        permission = default;
        if (text.Length < 2 || !TryParseRights(text[0], out var rights))
            return false;
        if (!Utf8Parser.TryParse(text[1..], out ushort domain, out var used) || used != text.Length - 1)
            return false;
        permission = new XenStorePermission(rights, new DomainId(domain));
        return true;
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">A letter of <c>n r w b</c> and a domain in decimal.</param>
    /// <param name="permission">The entry.</param>
    /// <returns>False if it is not of that form.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out XenStorePermission permission)
    {
        permission = default;
        Span<byte> bytes = stackalloc byte[MaximumLength];
        return text is not null && Encoding.UTF8.TryGetBytes(text, bytes, out var length)
            && TryParse(bytes[..length], out permission);
    }

    /// <summary>Writes the text form, without a NUL.</summary>
    /// <param name="destination">At least <see cref="MaximumLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Format(Span<byte> destination)
    {
        destination[0] = Letter;
        Utf8Formatter.TryFormat(Domain.Value, destination[1..], out var length);
        return length + 1;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => $"{(char)Letter}{Domain}";

    private byte Letter => Rights switch
    {
        XenStoreAccessRights.Read => (byte)'r',
        XenStoreAccessRights.Write => (byte)'w',
        XenStoreAccessRights.ReadWrite => (byte)'b',
        _ => (byte)'n',
    };

    private static bool TryParseRights(byte letter, out XenStoreAccessRights rights)
    {
        (var isKnown, rights) = (char)letter switch
        {
            'n' => (true, XenStoreAccessRights.None),
            'r' => (true, XenStoreAccessRights.Read),
            'w' => (true, XenStoreAccessRights.Write),
            'b' => (true, XenStoreAccessRights.ReadWrite),
            _ => (false, XenStoreAccessRights.None),
        };
        return isKnown;
    }
}
