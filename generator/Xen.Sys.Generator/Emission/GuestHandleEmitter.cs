using Xen.Sys.Generator.Planning;

namespace Xen.Sys.Generator.Emission;

/// <summary>Writes the type of guest handles: a pointer that knows what it points to, 8 bytes on each target.</summary>
internal static class GuestHandleEmitter
{
    /// <summary>Writes the type.</summary>
    public static void Emit(CodeWriter code, string access, string attribute)
    {
        code.Summary("XEN_GUEST_HANDLE(T): where Xen finds the caller's memory. The memory must be resident and must not move.");
        code.Line(attribute);
        code.Line(access + " readonly unsafe partial struct " + Naming.GuestHandle + "<T>(T* pointer)");
        code.Line("    where T : unmanaged");
        code.Open();
        code.Summary("The address.");
        code.Line("public readonly T* Pointer = pointer;");
        code.Line();
        code.Summary("Whether there is no memory.");
        code.Line("public bool IsNull => Pointer == null;");
        code.Line();
        code.Summary("A handle for memory that the caller keeps in its place.");
        code.Line("public static implicit operator " + Naming.GuestHandle + "<T>(T* pointer) => new(pointer);");
        code.Close();
    }
}
