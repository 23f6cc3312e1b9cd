namespace Xen.Abi.Model;

/// <summary>A member of a record.</summary>
/// <param name="Name">Its name; empty for an anonymous structure or union.</param>
/// <param name="BitOffset">Offset of its first bit from the start of the record.</param>
/// <param name="BitWidth">Width of a bit-field; zero for an ordinary member.</param>
/// <param name="Type">Its declared type.</param>
internal sealed record AbiField(string Name, long BitOffset, int BitWidth, AbiType Type)
{
    /// <summary>Whether this is a bit-field.</summary>
    public bool IsBitField => BitWidth > 0;

    /// <summary>Offset in bytes of the byte that holds the first bit.</summary>
    public int ByteOffset => (int)(BitOffset / 8);
}
