using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>The grants that a buffer is in.</summary>
/// <param name="First">The first reference.</param>
/// <param name="Pages">How many, one after the other.</param>
/// <param name="Offset">Where the buffer begins in the first page.</param>
internal readonly record struct GrantRange(uint First, int Pages, int Offset)
{
    /// <summary>Takes an address apart.</summary>
    /// <param name="address">Any value: it comes from the guest.</param>
    /// <param name="length">Length in bytes.</param>
    /// <param name="range">The grants, on success.</param>
    /// <returns>False if the address is not one of grants, or the buffer is none or too long.</returns>
    internal static bool TryFind(ulong address, int length, out GrantRange range)
    {
        range = default;
        var offset = (int)(address % XenPage.Size);
        var first = (address & ~GrantGuestMemory.GrantBit) >> XenPage.Shift;
        if ((address & GrantGuestMemory.GrantBit) == 0 || length <= 0 || first > uint.MaxValue)
            return false;

        var pages = ((long)offset + length + XenPage.Size - 1) >> XenPage.Shift;
        if (pages > GrantGuestMemory.MaximumPages || first + (ulong)pages - 1 > uint.MaxValue)
            return false;
        range = new GrantRange((uint)first, (int)pages, offset);
        return true;
    }

    /// <summary>Whether pages that are mapped for one use serve another.</summary>
    /// <param name="other">The grants that are wanted.</param>
    /// <param name="mapped">What these are mapped for.</param>
    /// <param name="wanted">What those are wanted for.</param>
    internal bool Contains(in GrantRange other, GuestAccess mapped, GuestAccess wanted) =>
        (mapped == GuestAccess.Write || wanted == GuestAccess.Read)
            && other.First >= First && (ulong)other.First + (uint)other.Pages <= (ulong)First + (uint)Pages;
}
