using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>
/// A range of a physical memory map, 20 bytes, as the BIOS call INT 15h, AX=E820h has it. Xen's headers refer to that
/// format without declaring it: <c>XENMEM_memory_map</c>, public/memory.h.
/// </summary>
/// <param name="Start">First address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Type">What is there.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct E820Entry(ulong Start, ulong Length, E820Type Type);
