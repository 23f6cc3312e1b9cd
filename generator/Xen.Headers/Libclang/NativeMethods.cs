using System.Runtime.InteropServices;

namespace Xen.Headers.Libclang;

/// <summary>
/// The part of the C interface of libclang 14 that the reader uses. The version is pinned: names of unnamed records
/// differ in others.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "libclang-14.so.1";

    [LibraryImport(Library)]
    internal static partial CXString clang_getClangVersion();

    [LibraryImport(Library)]
    internal static partial byte* clang_getCString(CXString text);

    [LibraryImport(Library)]
    internal static partial void clang_disposeString(CXString text);

    [LibraryImport(Library)]
    internal static partial void* clang_createIndex(int excludeDeclarationsFromPch, int displayDiagnostics);

    [LibraryImport(Library)]
    internal static partial void clang_disposeIndex(void* index);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int clang_parseTranslationUnit2(
        void* index,
        string file,
        byte** arguments,
        int argumentCount,
        CXUnsavedFile* unsaved,
        uint unsavedCount,
        uint options,
        void** unit);

    [LibraryImport(Library)]
    internal static partial void clang_disposeTranslationUnit(void* unit);

    [LibraryImport(Library)]
    internal static partial CXCursor clang_getTranslationUnitCursor(void* unit);

    [LibraryImport(Library)]
    internal static partial uint clang_getNumDiagnostics(void* unit);

    [LibraryImport(Library)]
    internal static partial void* clang_getDiagnostic(void* unit, uint index);

    [LibraryImport(Library)]
    internal static partial void clang_disposeDiagnostic(void* diagnostic);

    [LibraryImport(Library)]
    internal static partial int clang_getDiagnosticSeverity(void* diagnostic);

    [LibraryImport(Library)]
    internal static partial CXString clang_getDiagnosticSpelling(void* diagnostic);

    [LibraryImport(Library)]
    internal static partial CXSourceLocation clang_getDiagnosticLocation(void* diagnostic);

    [LibraryImport(Library)]
    internal static partial void clang_getInclusions(
        void* unit, delegate* unmanaged[Cdecl]<void*, CXSourceLocation*, uint, void*, void> visitor, void* data);

    [LibraryImport(Library)]
    internal static partial uint clang_visitChildren(
        CXCursor parent, delegate* unmanaged[Cdecl]<CXCursor, CXCursor, void*, int> visitor, void* data);

    [LibraryImport(Library)]
    internal static partial CXString clang_getCursorSpelling(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial CXSourceLocation clang_getCursorLocation(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial void clang_getExpansionLocation(
        CXSourceLocation location, void** file, uint* line, uint* column, uint* offset);

    [LibraryImport(Library)]
    internal static partial CXString clang_getFileName(void* file);

    [LibraryImport(Library)]
    internal static partial CXSourceRange clang_getCursorExtent(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial void clang_tokenize(void* unit, CXSourceRange range, CXToken** tokens, uint* count);

    [LibraryImport(Library)]
    internal static partial CXString clang_getTokenSpelling(void* unit, CXToken token);

    [LibraryImport(Library)]
    internal static partial void clang_disposeTokens(void* unit, CXToken* tokens, uint count);

    [LibraryImport(Library)]
    internal static partial uint clang_isCursorDefinition(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial uint clang_Cursor_isAnonymousRecordDecl(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial uint clang_Cursor_isMacroFunctionLike(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial uint clang_Cursor_isBitField(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial int clang_getFieldDeclBitWidth(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial long clang_Cursor_getOffsetOfField(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial long clang_getEnumConstantDeclValue(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial ulong clang_getEnumConstantDeclUnsignedValue(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial CXType clang_getEnumDeclIntegerType(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial CXType clang_getTypedefDeclUnderlyingType(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial CXType clang_getCursorType(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial CXType clang_getCanonicalType(CXType type);

    [LibraryImport(Library)]
    internal static partial CXString clang_getTypeSpelling(CXType type);

    [LibraryImport(Library)]
    internal static partial CXCursor clang_getTypeDeclaration(CXType type);

    [LibraryImport(Library)]
    internal static partial CXType clang_Type_getNamedType(CXType type);

    [LibraryImport(Library)]
    internal static partial CXType clang_Type_getModifiedType(CXType type);

    [LibraryImport(Library)]
    internal static partial CXType clang_getPointeeType(CXType type);

    [LibraryImport(Library)]
    internal static partial CXType clang_getArrayElementType(CXType type);

    [LibraryImport(Library)]
    internal static partial long clang_getArraySize(CXType type);

    [LibraryImport(Library)]
    internal static partial long clang_Type_getSizeOf(CXType type);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long clang_Type_getOffsetOf(CXType type, string field);

    [LibraryImport(Library)]
    internal static partial long clang_Type_getAlignOf(CXType type);

    [LibraryImport(Library)]
    internal static partial void* clang_Cursor_Evaluate(CXCursor cursor);

    [LibraryImport(Library)]
    internal static partial int clang_EvalResult_getKind(void* result);

    [LibraryImport(Library)]
    internal static partial long clang_EvalResult_getAsLongLong(void* result);

    [LibraryImport(Library)]
    internal static partial ulong clang_EvalResult_getAsUnsigned(void* result);

    [LibraryImport(Library)]
    internal static partial byte* clang_EvalResult_getAsStr(void* result);

    [LibraryImport(Library)]
    internal static partial void clang_EvalResult_dispose(void* result);
}
