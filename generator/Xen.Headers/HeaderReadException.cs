using System;

namespace Xen.Headers;

/// <summary>
/// Headers that could not be read in full. Nothing is ever read in part: one unresolved include would silently change
/// types.
/// </summary>
internal sealed class HeaderReadException : Exception
{
    /// <summary>Creates the exception; the message names file and line.</summary>
    public HeaderReadException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
