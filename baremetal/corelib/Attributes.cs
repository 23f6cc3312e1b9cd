// Attributes that the compilers look for, or that shared sources carry.
#pragma warning disable CS9113 // what an attribute says is read from the metadata
namespace System
{
    public class Attribute;

    [Flags]
    public enum AttributeTargets
    {
        All = 0x7fff,
    }

    public sealed class AttributeUsageAttribute(AttributeTargets targets) : Attribute
    {
        public bool AllowMultiple { get; set; }
        public bool Inherited { get; set; }
    }

    public sealed class FlagsAttribute : Attribute;

    public sealed class ParamArrayAttribute : Attribute;

    public sealed class ObsoleteAttribute(string message) : Attribute;
}

namespace System.CodeDom.Compiler
{
    public sealed class GeneratedCodeAttribute(string tool, string version) : Attribute;
}

namespace System.Diagnostics.CodeAnalysis
{
    public sealed class NotNullWhenAttribute(bool value) : Attribute;

    public sealed class UnscopedRefAttribute : Attribute;

    public sealed class DoesNotReturnAttribute : Attribute;
}

namespace System.Reflection
{
    public sealed class DefaultMemberAttribute(string name) : Attribute;
}

namespace System.Runtime
{
    internal sealed class RuntimeExportAttribute(string entry) : Attribute;

    internal sealed class RuntimeImportAttribute(string library, string entry) : Attribute;
}

namespace System.Runtime.CompilerServices
{
    public enum MethodImplOptions
    {
        NoInlining = 8,
        AggressiveInlining = 256,
        InternalCall = 0x1000,
    }

    public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute;

    public sealed class CompilerGeneratedAttribute : Attribute;

    public sealed class ExtensionAttribute : Attribute;

    public sealed class FixedBufferAttribute(Type type, int length) : Attribute;

    public sealed class InlineArrayAttribute(int length) : Attribute;

    public sealed class InterpolatedStringHandlerAttribute : Attribute;

    public sealed class IntrinsicAttribute : Attribute;

    public sealed class IsByRefLikeAttribute : Attribute;

    public sealed class IsReadOnlyAttribute : Attribute;

    public sealed class IsUnmanagedAttribute : Attribute;

    public sealed class RequiresLocationAttribute : Attribute;

    public sealed class ScopedRefAttribute : Attribute;

    public sealed class SkipLocalsInitAttribute : Attribute;

    public sealed class UnsafeValueTypeAttribute : Attribute;

    public static class IsExternalInit;

    public static class IsVolatile;
}

namespace System.Runtime.InteropServices
{
    public enum LayoutKind
    {
        Sequential = 0,
        Explicit = 2,
        Auto = 3,
    }

    public sealed class StructLayoutAttribute(LayoutKind kind) : Attribute
    {
        public int Pack;
        public int Size;
    }

    public sealed class FieldOffsetAttribute(int offset) : Attribute;

    public sealed class InAttribute : Attribute;

    public sealed class UnmanagedType;
}
