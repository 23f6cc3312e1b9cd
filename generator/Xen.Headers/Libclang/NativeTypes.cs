namespace Xen.Headers.Libclang;

// The structures that libclang passes by value. Their names are libclang's.
#pragma warning disable CS0649 // libclang fills them; this side only hands them back
internal unsafe struct CXString
{
    public void* Data;
    public uint Flags;
}

internal unsafe struct CXCursor
{
    public CursorKind Kind;
    public int Data;
    public void* Data0;
    public void* Data1;
    public void* Data2;
}

internal unsafe struct CXType
{
    public TypeKind Kind;
    public void* Data0;
    public void* Data1;
}

internal unsafe struct CXSourceLocation
{
    public void* Data0;
    public void* Data1;
    public uint Data2;
}

internal unsafe struct CXUnsavedFile
{
    public byte* Filename;
    public byte* Contents;
    public nuint Length;
}

internal unsafe struct CXSourceRange
{
    public void* Data0;
    public void* Data1;
    public uint Begin;
    public uint End;
}

internal unsafe struct CXToken
{
    public uint Data0;
    public uint Data1;
    public uint Data2;
    public uint Data3;
    public void* Data4;
}
