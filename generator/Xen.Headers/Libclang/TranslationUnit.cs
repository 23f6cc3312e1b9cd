using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Xen.Headers.Libclang;

/// <summary>A parsed C file.</summary>
// SAFETY: both handles are libclang's, valid from the constructor to Dispose; the owner disposes after its last call.
internal sealed unsafe class TranslationUnit : IDisposable
{
    private const uint DetailedPreprocessingRecord = 1;
    private const int Error = 3;
    private const string MissingInclude = " file not found";
    private void* _index;
    private void* _unit;

    // SAFETY: what is freed here was allocated here, and the parser, which copies what it keeps, has returned.
    public TranslationUnit(string path, string? contents, IReadOnlyList<string> arguments)
    {
        CheckVersion();
        _index = NativeMethods.clang_createIndex(0, 0);
        var pointers = new nint[arguments.Count];
        for (int i = 0; i < pointers.Length; i++)
            pointers[i] = Marshal.StringToCoTaskMemUTF8(arguments[i]);
        nint name = Marshal.StringToCoTaskMemUTF8(path);
        byte[] text = Encoding.UTF8.GetBytes((contents ?? "") + "\0");
        int result;

        // SAFETY: arguments, contents and the field stay pinned until the parser has returned; the lengths are theirs.
        fixed (nint* first = pointers)
        fixed (byte* body = text)
        fixed (void** unit = &_unit)
        {
            var unsaved = new CXUnsavedFile { Filename = (byte*)name, Contents = body, Length = (nuint)(text.Length - 1) };
            result = NativeMethods.clang_parseTranslationUnit2(
                _index, path, (byte**)first, pointers.Length, &unsaved, contents is null ? 0u : 1u, DetailedPreprocessingRecord, unit);
        }

        foreach (nint pointer in pointers)
            Marshal.FreeCoTaskMem(pointer);
        Marshal.FreeCoTaskMem(name);
        if (result == 0)
            return;
        Dispose();
        throw new HeaderReadException(HeaderError.InvalidCode, $"{path}: libclang could not parse it (code {result})");
    }

    /// <summary>The unit itself, for functions that need it beside a cursor.</summary>
    public void* Native => _unit;

    public Cursor Root => new(NativeMethods.clang_getTranslationUnitCursor(_unit));

    /// <summary>Every error.</summary>
    public IEnumerable<HeaderError> Errors()
    {
        uint count = Count();
        for (uint i = 0; i < count; i++)
        {
            if (ErrorAt(i) is { } error)
                yield return error;
        }
    }

    // SAFETY: the handle lives until clang_getInclusions has returned; the visitor only appends to the list behind it.
    /// <summary>The full paths of all files read.</summary>
    public IReadOnlyList<string> IncludedFiles()
    {
        var files = new List<string>();
        GCHandle handle = GCHandle.Alloc(files);
        NativeMethods.clang_getInclusions(_unit, &VisitInclusion, (void*)GCHandle.ToIntPtr(handle));
        handle.Free();
        return files;
    }

    public void Dispose()
    {
        // SAFETY: both handles come from libclang and are released once, the unit before its index.
        if (_unit != null)
            NativeMethods.clang_disposeTranslationUnit(_unit);
        if (_index != null)
            NativeMethods.clang_disposeIndex(_index);
        _unit = null;
        _index = null;
    }

    private static void CheckVersion()
    {
        string version;
        try
        {
            version = ClangText.Take(NativeMethods.clang_getClangVersion());
        }
        catch (DllNotFoundException missing)
        {
            throw new HeaderReadException(HeaderError.ToolMissing, "libclang-14.so.1 is missing: install the package libclang1-14", missing);
        }

        if (!version.Contains("version 14.", StringComparison.Ordinal))
            throw new HeaderReadException(HeaderError.ToolMissing, $"libclang 14 is needed, found '{version}'");
    }

    private uint Count() => NativeMethods.clang_getNumDiagnostics(_unit);

    // SAFETY: the diagnostic is released once, after its parts have been copied.
    private HeaderError? ErrorAt(uint index)
    {
        void* diagnostic = NativeMethods.clang_getDiagnostic(_unit, index);
        bool isError = NativeMethods.clang_getDiagnosticSeverity(diagnostic) >= Error;
        SourcePlace place = SourcePlace.Of(NativeMethods.clang_getDiagnosticLocation(diagnostic));
        string text = ClangText.Take(NativeMethods.clang_getDiagnosticSpelling(diagnostic));
        NativeMethods.clang_disposeDiagnostic(diagnostic);
        if (!isError)
            return null;
        return text.EndsWith(MissingInclude, StringComparison.Ordinal)
            ? new HeaderError(
                HeaderError.HeaderMissing, place.Path, place.Line, place.Column,
                text + "; name the folder it is found in with -I (no folder of this machine is searched otherwise)")
            : new HeaderError(HeaderError.InvalidCode, place.Path, place.Line, place.Column, text);
    }

    // SAFETY: the data pointer is the handle that IncludedFiles passed, alive during the call.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void VisitInclusion(void* file, CXSourceLocation* stack, uint depth, void* data) =>
        ((List<string>)GCHandle.FromIntPtr((nint)data).Target!)
            .Add(Path.GetFullPath(ClangText.Take(NativeMethods.clang_getFileName(file))));
}
