namespace Xen.Headers.Libclang;

/// <summary>A C type; valid as long as its <see cref="TranslationUnit"/>.</summary>
internal readonly struct ClangType(CXType native)
{
    private readonly CXType _native = native;

    public TypeKind Kind => _native.Kind;

    public string Spelling => ClangText.Take(NativeMethods.clang_getTypeSpelling(_native));

    /// <summary>Size in bytes; negative for an incomplete type.</summary>
    public long Size => NativeMethods.clang_Type_getSizeOf(_native);

    public long Align => NativeMethods.clang_Type_getAlignOf(_native);

    public long Count => NativeMethods.clang_getArraySize(_native);

    public ClangType Canonical => new(NativeMethods.clang_getCanonicalType(_native));

    public ClangType Element => new(NativeMethods.clang_getArrayElementType(_native));

    public ClangType Pointee => new(NativeMethods.clang_getPointeeType(_native));

    /// <summary>The type behind <c>struct x</c>, <c>enum y</c>.</summary>
    public ClangType Named => new(NativeMethods.clang_Type_getNamedType(_native));

    /// <summary>The type without its attributes.</summary>
    public ClangType Modified => new(NativeMethods.clang_Type_getModifiedType(_native));

    public Cursor Declaration => new(NativeMethods.clang_getTypeDeclaration(_native));

    public bool IsSigned => Kind is TypeKind.SignedChar or TypeKind.Short or TypeKind.Int or TypeKind.Long or TypeKind.LongLong;

    public bool IsUnsigned => Kind is TypeKind.UnsignedChar or TypeKind.UnsignedShort or TypeKind.UnsignedInt
        or TypeKind.UnsignedLong or TypeKind.UnsignedLongLong;

    /// <summary>Offset in bits of a member, also of one inside anonymous records; negative if unknown.</summary>
    public long BitOffsetOf(string member) => NativeMethods.clang_Type_getOffsetOf(_native, member);
}
