using System;
using System.CodeDom.Compiler;
using System.Collections.Generic;

// One of everything that a public API can have: the rendering's tests read these types, nobody uses them.
#pragma warning disable CA1000, CA1024, CA1040, CA1051, CA1815, CA2211, CA2225, CA1036, CA1062, CA1822, CA2227, CA1716 // shapes, not code
#pragma warning disable CA1008, CA1028, CA1027, CA1003, CA1052, CA1711, CA1720, CS0067, CA1708, CA1823, CA1805, CA1801, CA1859 // the same
namespace PublicApi.Tests.Samples
{
    public abstract class Base<T> : IComparable<T>
        where T : class, new()
    {
        protected Base(T? value) => Value = value;

        public T? Value { get; protected set; }

        public abstract int CompareTo(T? other);

        protected virtual IReadOnlyList<string?>? Names() => null;
    }

    public delegate bool Callback<in T>(T item, out int count);

    public interface IDevice : IDisposable
    {
        event EventHandler? Changed;

        string Name { get; init; }

        static abstract int Make();

        void Run<T>(in T options, ref readonly int count)
            where T : unmanaged, allows ref struct;
    }

    public readonly record struct Point(int X, int Y)
    {
        public static Point operator +(Point left, Point right) => new(left.X + right.X, left.Y + right.Y);

        public static implicit operator Point((int X, int Y) pair) => new(pair.X, pair.Y);
    }

    [Flags]
    public enum Sides : byte
    {
        Left = 1,
        Right = 2,
        Both = Left | Right,
    }

    [Obsolete("why")]
    public static unsafe class Tools
    {
        public const string Path = "a\\b\"c";
        public static readonly ulong[]? Values;

        public static (int Low, (string? A, long B) Pair) Split(this Span<byte> bytes, params int[] at) => default;

        public static int* Follow(void* address, delegate*<int, void> then) => (int*)address;

        public static ref readonly int First(ReadOnlySpan<int> values) => ref values[0];

        public static void Wait(TimeSpan timeout = default, Sides sides = Sides.Left, string? name = null, int? count = 3)
        {
        }
    }

    public sealed class Mixed
    {
        [GeneratedCode("Xen.Sys.Generator", "1")]
        public const int Generated = 1;

        internal const int Hidden = 2;

        public int Seen() => Unseen();

        private int Unseen() => Hidden;
    }
}

namespace PublicApi.Tests.Samples.Before
{
    public class Api
    {
        public const int Limit = 1;

        public void Do(int count, string? name = null) => _ = (count, name);
    }
}

namespace PublicApi.Tests.Samples.ParameterName
{
    public class Api
    {
        public const int Limit = 1;

        public void Do(int number, string? name = null) => _ = (number, name);
    }
}

namespace PublicApi.Tests.Samples.ParameterType
{
    public class Api
    {
        public const int Limit = 1;

        public void Do(long count, string? name = null) => _ = (count, name);
    }
}

namespace PublicApi.Tests.Samples.Nullability
{
    public class Api
    {
        public const int Limit = 1;

        public void Do(int count, string name = null!) => _ = (count, name);
    }
}

namespace PublicApi.Tests.Samples.DefaultValue
{
    public class Api
    {
        public const int Limit = 1;

        public void Do(int count, string? name = "") => _ = (count, name);
    }
}

namespace PublicApi.Tests.Samples.RefKind
{
    public class Api
    {
        public const int Limit = 1;

        public void Do(in int count, string? name = null) => _ = (count, name);
    }
}

namespace PublicApi.Tests.Samples.Constant
{
    public class Api
    {
        public const int Limit = 2;

        public void Do(int count, string? name = null) => _ = (count, name);
    }
}

namespace PublicApi.Tests.Samples.Removed
{
    public class Api
    {
        public void Do(int count, string? name = null) => _ = (count, name);
    }
}
