using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Xen.Headers.Libclang;

/// <summary>A node of the syntax tree; valid as long as its <see cref="TranslationUnit"/>.</summary>
internal readonly struct Cursor(CXCursor native)
{
    private readonly CXCursor _native = native;

    public CursorKind Kind => _native.Kind;

    /// <summary>Tells declarations apart, also those that one macro expansion puts into the same place.</summary>
    // SAFETY: the pointer is compared, never followed.
    public unsafe nint Identity => (nint)_native.Data0;

    public bool IsRecord => Kind is CursorKind.Struct or CursorKind.Union;

    public bool IsDefinition => NativeMethods.clang_isCursorDefinition(_native) != 0;

    /// <summary>Whether a record or enumeration has no tag.</summary>
    public bool IsUnnamed => Name.Length == 0;

    /// <summary>Whether this is a C11 anonymous structure or union: neither tag nor member name.</summary>
    public bool IsAnonymousMember => NativeMethods.clang_Cursor_isAnonymousRecordDecl(_native) != 0;

    public bool IsFunctionLikeMacro => NativeMethods.clang_Cursor_isMacroFunctionLike(_native) != 0;

    public bool IsBitField => NativeMethods.clang_Cursor_isBitField(_native) != 0;

    public int BitWidth => NativeMethods.clang_getFieldDeclBitWidth(_native);

    /// <summary>Offset in bits from the record that directly holds the field; negative if unknown.</summary>
    public long BitOffset => NativeMethods.clang_Cursor_getOffsetOfField(_native);

    public long EnumValue => NativeMethods.clang_getEnumConstantDeclValue(_native);

    public ulong EnumUnsignedValue => NativeMethods.clang_getEnumConstantDeclUnsignedValue(_native);

    public string Name => ClangText.Take(NativeMethods.clang_getCursorSpelling(_native));

    public ClangType Type => new(NativeMethods.clang_getCursorType(_native));

    public ClangType EnumType => new(NativeMethods.clang_getEnumDeclIntegerType(_native));

    public ClangType TypedefType => new(NativeMethods.clang_getTypedefDeclUnderlyingType(_native));

    public SourcePlace Place => SourcePlace.Of(NativeMethods.clang_getCursorLocation(_native));

    /// <summary>The tokens that the node is made of.</summary>
    // SAFETY: the unit is the one that the cursor belongs to; the array that libclang allocates is released once, at the end.
    public unsafe List<string> Tokens(TranslationUnit unit)
    {
        CXToken* tokens;
        uint count;
        NativeMethods.clang_tokenize(unit.Native, NativeMethods.clang_getCursorExtent(_native), &tokens, &count);
        var texts = new List<string>((int)count);
        for (uint i = 0; i < count; i++)
            texts.Add(ClangText.Take(NativeMethods.clang_getTokenSpelling(unit.Native, tokens[i])));
        NativeMethods.clang_disposeTokens(unit.Native, tokens, count);
        return texts;
    }

    // SAFETY: the handle lives until clang_visitChildren has returned; the visitor only appends to the list behind it.
    public unsafe List<Cursor> Children()
    {
        var children = new List<Cursor>();
        GCHandle handle = GCHandle.Alloc(children);
        _ = NativeMethods.clang_visitChildren(_native, &Visit, (void*)GCHandle.ToIntPtr(handle));
        handle.Free();
        return children;
    }

    /// <summary>
    /// The value of a variable's initializer: a decimal number, a text up to the first zero byte, or null if it has none of
    /// both. Bytes that are not UTF-8 are no text.
    /// </summary>
    // SAFETY: the result is disposed once, after its text has been copied.
    public unsafe (string? Number, string? Text) Evaluate(bool signed)
    {
        const int Integer = 1;
        const int StringLiteral = 4;
        void* result = NativeMethods.clang_Cursor_Evaluate(_native);
        if (result == null)
            return (null, null);
        int kind = NativeMethods.clang_EvalResult_getKind(result);
        string? number = kind != Integer ? null
            : signed ? DecimalText.Of(NativeMethods.clang_EvalResult_getAsLongLong(result))
            : DecimalText.Of(NativeMethods.clang_EvalResult_getAsUnsigned(result));
        ReadOnlySpan<byte> bytes = kind != StringLiteral
            ? default
            : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(NativeMethods.clang_EvalResult_getAsStr(result));
        string? text = kind == StringLiteral && Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        NativeMethods.clang_EvalResult_dispose(result);
        return (number, text);
    }

    // SAFETY: the data pointer is the handle that Children passed, alive during the call.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Visit(CXCursor cursor, CXCursor parent, void* data)
    {
        const int Continue = 1;
        ((List<Cursor>)GCHandle.FromIntPtr((nint)data).Target!).Add(new Cursor(cursor));
        return Continue;
    }
}
