using System;

namespace BareMetal.Tests.Profile.Offenders;

/// <summary>One breach of the profile each, and, at the end, what is none.</summary>
internal static class Offender
{
    internal static object MakesAnObject() => new();

    internal static byte[] MakesAnArray(int length) => new byte[length];

    internal static object Boxes(int value) => value;

    internal static void Throws(Exception exception) => throw exception;

    internal static void Catches(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidOperationException)
        {
        }
    }

    internal static void CallsAnInterface(IDisposable disposable) => disposable.Dispose();

    internal static Func<int> MakesADelegate(int value) => () => value;

    internal static void CallsATypeParameter<T>(ref T value)
        where T : struct, IDisposable => value.Dispose();

    internal static Half MakesAStructure(ushort bits) => BitConverter.UInt16BitsToHalf(bits);

    internal static Pair MakesAStructureOfItsOwn(int value) => new(value);
}

/// <summary>A structure.</summary>
internal readonly record struct Pair(int Value);

/// <summary>A static that is not there from the start.</summary>
internal static class LateStatic
{
    internal static readonly int Value = Environment.ProcessorCount;
}
