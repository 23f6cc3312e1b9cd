namespace Xen.Sys;

/// <summary>How large a grant table is. C origin: <c>struct gnttab_query_size</c>, public/grant_table.h.</summary>
/// <param name="Frames">Pages of 4 KiB that it has.</param>
/// <param name="MaximumFrames">Pages that it may have.</param>
public readonly record struct GrantTableSize(uint Frames, uint MaximumFrames);
