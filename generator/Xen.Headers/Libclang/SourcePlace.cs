namespace Xen.Headers.Libclang;

/// <summary>A place in a file; the path is empty for what the compiler defines itself.</summary>
internal readonly record struct SourcePlace(string Path, int Line, int Column)
{
    // SAFETY: the out pointers refer to locals; libclang owns the file handle for the life of the translation unit.
    public static unsafe SourcePlace Of(CXSourceLocation location)
    {
        void* file;
        uint line, column, offset;
        NativeMethods.clang_getExpansionLocation(location, &file, &line, &column, &offset);
        return file == null
            ? new SourcePlace("", 0, 0)
            : new SourcePlace(
                System.IO.Path.GetFullPath(ClangText.Take(NativeMethods.clang_getFileName(file))), (int)line, (int)column);
    }

    public override string ToString() => Path.Length == 0 ? "<compiler>" : $"{Path}:{Line}";
}
