namespace Xen.Sys.Generator.Planning;

/// <summary>The unit that holds a bit-field.</summary>
/// <param name="Offset">Its offset in bytes.</param>
/// <param name="Type">Its C# type.</param>
internal sealed record BitStorage(int Offset, string Type)
{
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
                return new BitStorage(aligned, TypeOf(size));
        }

        for (int size = 1; size <= 8; size *= 2)
        {
            int start = System.Math.Min(first, recordSize - size);
            if (start >= 0 && start + size > last)
                return new BitStorage(start, TypeOf(size));
        }

        return null;
    }

    private static string TypeOf(int size) => size switch
    {
        1 => "byte",
        2 => "ushort",
        4 => "uint",
        _ => "ulong",
    };
}
