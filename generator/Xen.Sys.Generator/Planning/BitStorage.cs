namespace Xen.Sys.Generator.Planning;

/// <summary>The unit that holds a bit-field.</summary>
/// <param name="Offset">Its offset in bytes.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record BitStorage(int Offset, int Size)
{
    /// <summary>Its C# type.</summary>
    public string Type => TypeOf(Size);

    /// <summary>
    /// The smallest unit around the bits that lies inside the record: aligned if there is one, so that an access touches
    /// no more than it must. Null if none of 1 to 8 bytes covers them.
    /// </summary>
    public static BitStorage? Find(long bit, int width, int recordSize)
    {
        int first = (int)(bit / 8);
        int last = (int)((bit + width - 1) / 8);
        for (int size = 1; size <= 8; size *= 2)
        {
            int aligned = first - (first % size);
            if (aligned + size > last && aligned + size <= recordSize)
                return new BitStorage(aligned, size);
        }

        for (int size = 1; size <= 8; size *= 2)
        {
            int start = System.Math.Min(first, recordSize - size);
            if (start >= 0 && start + size > last)
                return new BitStorage(start, size);
        }

        return null;
    }

    /// <summary>The unsigned integer of a size of 1, 2, 4 or 8 bytes.</summary>
    public static string TypeOf(int size) => size switch
    {
        1 => "byte",
        2 => "ushort",
        4 => "uint",
        _ => "ulong",
    };
}
