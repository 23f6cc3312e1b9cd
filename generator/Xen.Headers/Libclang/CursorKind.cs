namespace Xen.Headers.Libclang;

/// <summary>The kinds of cursor that the reader looks at; all others pass it by.</summary>
internal enum CursorKind
{
    Struct = 2,
    Union = 3,
    Enum = 5,
    Field = 6,
    EnumConstant = 7,
    Variable = 9,
    Typedef = 20,
    MacroDefinition = 501,
}
