namespace Xen.Headers.Libclang;

/// <summary>The kinds of type that the reader understands.</summary>
internal enum TypeKind
{
    Void = 2,
    Bool = 3,
    CharUnsigned = 4,
    UnsignedChar = 5,
    UnsignedShort = 8,
    UnsignedInt = 9,
    UnsignedLong = 10,
    UnsignedLongLong = 11,
    CharSigned = 13,
    SignedChar = 14,
    Short = 16,
    Int = 17,
    Long = 18,
    LongLong = 19,
    Float = 21,
    Double = 22,
    Pointer = 101,
    Record = 105,
    Enum = 106,
    Typedef = 107,
    FunctionWithoutPrototype = 110,
    Function = 111,
    ConstantArray = 112,
    IncompleteArray = 114,
    Elaborated = 119,
    Attributed = 163,
}
