using System;

namespace Xen.Sys.Generator.Inputs;

/// <summary>Options that are not the JSON which is expected.</summary>
internal sealed class JsonFormatException(int position, string reason) : FormatException(reason)
{
    /// <summary>Where the reader stopped.</summary>
    public int Position { get; } = position;
}
