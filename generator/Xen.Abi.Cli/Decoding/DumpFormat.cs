namespace Xen.Abi.Cli.Decoding;

/// <summary>The forms in which bytes come.</summary>
internal enum DumpFormat
{
    /// <summary>Find out.</summary>
    Auto,

    /// <summary>The bytes themselves.</summary>
    Raw,

    /// <summary>What <c>xxd</c> prints.</summary>
    Xxd,

    /// <summary>What <c>hexdump -C</c> and <c>od -A x -t x1</c> print.</summary>
    Hexdump,

    /// <summary>Hexadecimal digits, with or without spaces and 0x.</summary>
    Hex,
}
