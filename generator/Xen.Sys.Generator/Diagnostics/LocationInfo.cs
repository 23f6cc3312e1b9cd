using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Xen.Sys.Generator.Diagnostics;

/// <summary>A place in an additional file, by value, so that it does not keep a compilation alive.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, counted from zero.</param>
/// <param name="Start">Offset of the first character in the file.</param>
/// <param name="Column">Offset of the first character in the line.</param>
/// <param name="Length">Number of characters.</param>
internal sealed record LocationInfo(string Path, int Line, int Start, int Column, int Length)
{
    /// <summary>Turns it into what the compiler reports.</summary>
    public Location ToLocation() => Location.Create(
        Path,
        new TextSpan(Start, Length),
        new LinePositionSpan(new LinePosition(Line, Column), new LinePosition(Line, Column + Length)));
}
