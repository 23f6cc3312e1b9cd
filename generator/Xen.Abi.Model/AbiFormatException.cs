using System;
using System.Globalization;

namespace Xen.Abi.Model;

/// <summary>ABI metadata that does not follow the format.</summary>
internal sealed class AbiFormatException : FormatException
{
    /// <summary>Creates the exception for a line, counted from one.</summary>
    public AbiFormatException(int line, string reason)
        : base("line " + line.ToString(CultureInfo.InvariantCulture) + ": " + reason)
    {
        Line = line;
        Reason = reason;
    }

    /// <summary>The offending line, counted from one.</summary>
    public int Line { get; }

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; }
}
