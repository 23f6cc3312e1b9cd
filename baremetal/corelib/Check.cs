namespace System;

/// <summary>What a runtime would throw for.</summary>
internal static class Check
{
    internal static void Index(int index, int length)
    {
        if ((uint)index >= (uint)length)
            Fatal.Stop("index out of range"u8);
    }

    internal static void Range(int start, int count, int length)
    {
        if ((uint)start > (uint)length || (uint)count > (uint)(length - start))
            Fatal.Stop("range out of bounds"u8);
    }
}
