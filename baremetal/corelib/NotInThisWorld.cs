using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

/// <summary>What shared sources name, but a domain without a runtime cannot have.</summary>
/// <remarks>
/// Nothing defines these symbols. As long as no code that is reached calls one, the compiler to native code leaves it out;
/// else the link fails, and names it.
/// </remarks>
internal static class NotInThisWorld
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "bare_metal_code_may_not_make_strings")]
    internal static extern string Text();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "bare_metal_code_may_not_box")]
    internal static extern bool Boxing();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "bare_metal_code_may_not_use_type_objects")]
    internal static extern Type TypeObject();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "bare_metal_code_may_not_use_arrays")]
    internal static extern void Arrays();
}
