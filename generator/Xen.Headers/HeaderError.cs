namespace Xen.Headers;

/// <summary>One thing that is wrong.</summary>
/// <param name="Code">What kind of error it is.</param>
/// <param name="Path">The file; empty if it is none of the headers' fault.</param>
/// <param name="Line">The line, counted from one; zero if not known.</param>
/// <param name="Column">The column, counted from one; zero if not known.</param>
/// <param name="Text">What is wrong, and what to do.</param>
internal sealed record HeaderError(string Code, string Path, int Line, int Column, string Text)
{
    /// <summary>The compiler library, or something that comes with it, is missing.</summary>
    public const string ToolMissing = "XENABI001";

    /// <summary>A header, given or included, is not where it is looked for.</summary>
    public const string HeaderMissing = "XENABI002";

    /// <summary>The compiler refuses the C code.</summary>
    public const string InvalidCode = "XENABI003";

    /// <summary>The metadata cannot express what the header declares.</summary>
    public const string Unsupported = "XENABI004";

    /// <summary>A metadata file, or the manifest, does not follow its format.</summary>
    public const string Malformed = "XENABI005";

    /// <summary>The headers of this repository have not been fetched.</summary>
    public const string NotFetched = "XENABI006";

    /// <summary>A file cannot be read or written.</summary>
    public const string FileAccess = "XENABI007";

    /// <summary>What is to be decoded cannot be read.</summary>
    public const string BadInput = "XENABI008";

    /// <summary>The metadata and a C compiler disagree.</summary>
    public const string CheckFailed = "XENABI009";

    /// <summary>An error that has no place.</summary>
    public HeaderError(string code, string text)
        : this(code, "", 0, 0, text)
    {
    }

    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? Text : Line == 0 ? $"{Path}: {Text}" : $"{Path}:{Line}: {Text}";
}
