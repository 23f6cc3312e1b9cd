using System;
using System.Collections.Generic;
using System.Linq;
using PublicApi.Tests.Rendering;

namespace PublicApi.Tests;

/// <summary>The text shows all that a user of an API depends on, on types made for it.</summary>
public sealed class RenderingTests
{
    [Fact]
    public void Text_has_all_that_users_see()
    {
        const string Expected = """
            public abstract class PublicApi.Tests.Samples.Base<T> : IComparable<T> where T : class, new()
                protected Base(T? value)
                public T? Value { get; protected set; }
                public abstract int CompareTo(T? other)
                protected virtual IReadOnlyList<string?>? Names()

            public delegate PublicApi.Tests.Samples.Callback<in T>(T item, out int count) -> bool

            public interface PublicApi.Tests.Samples.IDevice : IDisposable
                string Name { get; init; }
                event EventHandler? Changed
                static abstract int Make()
                void Run<T>(in T options, ref readonly int count) where T : unmanaged, allows ref struct

            public readonly record struct PublicApi.Tests.Samples.Point : IEquatable<Point>
                public Point(int X, int Y)
                public int X { get; init; }
                public int Y { get; init; }
                public static Point operator Addition(Point left, Point right)
                public static implicit operator Point((int X, int Y) pair)

            [Flags] public enum PublicApi.Tests.Samples.Sides : byte
                Left = 1
                Right = 2
                Both = 3

            [Obsolete("why")] public static class PublicApi.Tests.Samples.Tools
                public const string Path = "a\\b\"c"
                public static readonly ulong[]? Values
                public static ref readonly int First(ReadOnlySpan<int> values)
                public static int* Follow(void* address, delegate*<int, void> then)
                public static (int Low, (string? A, long B) Pair) Split(this Span<byte> bytes, params int[] at)
                public static void Wait(TimeSpan timeout = default, Sides sides = Sides.Left, string? name = null, int? count = 3)

            """;
        var actual = ApiText.Of(SampleTypes);
        Assert.True(actual == Expected, Baseline.Difference(Expected, actual));
    }

    [Fact]
    public void Private_internal_and_generated_parts_are_left_out()
    {
        var text = ApiText.Of([typeof(Samples.Mixed)]);
        Assert.Equal("public sealed class PublicApi.Tests.Samples.Mixed\n    public Mixed()\n    public int Seen()\n", text);
    }

    [Theory]
    [InlineData(typeof(Samples.Before.Api), typeof(Samples.ParameterName.Api))]
    [InlineData(typeof(Samples.Before.Api), typeof(Samples.ParameterType.Api))]
    [InlineData(typeof(Samples.Before.Api), typeof(Samples.Nullability.Api))]
    [InlineData(typeof(Samples.Before.Api), typeof(Samples.DefaultValue.Api))]
    [InlineData(typeof(Samples.Before.Api), typeof(Samples.RefKind.Api))]
    [InlineData(typeof(Samples.Before.Api), typeof(Samples.Constant.Api))]
    [InlineData(typeof(Samples.Before.Api), typeof(Samples.Removed.Api))]
    public void Change_of_an_api_is_found(Type before, Type after)
    {
        var approved = Anonymous(before);
        Assert.Null(Baseline.Compare("tests/P/Approved/P.api.txt", approved, Anonymous(before)));

        var failure = Baseline.Compare("tests/P/Approved/P.api.txt", approved, Anonymous(after));
        Assert.NotNull(failure);
        Assert.Contains("\n-    public ", failure, StringComparison.Ordinal);
        Assert.Contains("XEN_UPDATE_BASELINES=1 dotnet test tests/P", failure, StringComparison.Ordinal);
    }

    private static IEnumerable<Type> SampleTypes => typeof(RenderingTests).Assembly.GetExportedTypes()
        .Where(type => type.Namespace == "PublicApi.Tests.Samples" && type != typeof(Samples.Mixed));

    private static string Anonymous(Type type) =>
        ApiText.Of([type]).Replace(type.Namespace! + ".", "", StringComparison.Ordinal);
}
