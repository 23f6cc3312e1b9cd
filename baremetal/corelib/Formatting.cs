// What ToString of shared types is made of. None of it can be reached: see NotInThisWorld.
namespace System.Globalization
{
    public sealed class CultureInfo : IFormatProvider
    {
        public static CultureInfo? InvariantCulture => null;
    }
}

namespace System.Text
{
    public sealed class StringBuilder
    {
        public StringBuilder Append(string? value) => this;
        public StringBuilder Append(char value) => this;
        public StringBuilder Append(object? value) => this;
    }
}

namespace System.Runtime.CompilerServices
{
    [InterpolatedStringHandler]
    public ref struct DefaultInterpolatedStringHandler
    {
        public DefaultInterpolatedStringHandler(int literalLength, int formattedCount) => NotInThisWorld.Text();

        public DefaultInterpolatedStringHandler(int literalLength, int formattedCount, IFormatProvider? provider) =>
            NotInThisWorld.Text();

        public readonly void AppendLiteral(string value) { }
        public readonly void AppendFormatted<T>(T value) { }
        public readonly void AppendFormatted<T>(T value, string? format) { }
        public readonly string ToStringAndClear() => NotInThisWorld.Text();
    }
}
