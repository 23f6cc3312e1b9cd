namespace Xen.Sys.Tests.Wrappers;

/// <summary>One call as it left the wrapper.</summary>
internal sealed class RecordedCall
{
    /// <summary>Hypercall number and five arguments. A pointer is <see cref="Recording.Pointer"/> plus its offset.</summary>
    internal ulong[] Registers { get; } = new ulong[6];

    /// <summary>The domain of a device model operation; null for any other hypercall.</summary>
    internal ushort? Domain { get; set; }

    /// <summary>The argument's buffer, or the buffers of a device model operation, as they were; pointers as above.</summary>
    internal byte[][] Buffers { get; } = [new byte[XenPage.Size], new byte[XenPage.Size]];

    /// <summary>Their lengths.</summary>
    internal int[] Lengths { get; } = new int[2];

    /// <summary>How many there are.</summary>
    internal int Count { get; set; }
}
