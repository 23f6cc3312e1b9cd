namespace Xen.Sys;

/// <summary>The page of Xen's interfaces: 4 KiB, whatever page size the host kernel uses.</summary>
public static class XenPage
{
    /// <summary>Base-two logarithm of <see cref="Size"/>.</summary>
    public const int Shift = 12;

    /// <summary>Bytes in a page.</summary>
    public const int Size = 1 << Shift;
}
