using System;
using System.IO;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli;

/// <summary>The name by which the tool was called, and its words.</summary>
/// <param name="Name">
/// The name, without folders: <c>xenstore</c>, or <c>xenstore-ls</c> through a link or a copy.
/// </param>
/// <param name="Words">The words behind it.</param>
/// <remarks>
/// .NET tells the name of the file behind a link, and words as text; the kernel tells what the user wrote.
/// </remarks>
internal sealed record CalledAs(string Name, Word[] Words)
{
    private const string CommandLine = "/proc/self/cmdline";

    /// <summary>Asks the kernel.</summary>
    /// <param name="args">The words, as .NET tells them.</param>
    public static CalledAs Find(string[] args)
    {
        if (!File.Exists(CommandLine))
            return new CalledAs("xenstore", Array.ConvertAll(args, Word.Of));
        return Of(File.ReadAllBytes(CommandLine), args.Length);
    }

    /// <summary>
    /// Takes the kernel's line apart: words that each end with a NUL, ours behind those that started us.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="count">How many words are ours.</param>
    public static CalledAs Of(ReadOnlyMemory<byte> line, int count)
    {
        var words = new Word[count];
        var end = line.Length;
        for (var i = count - 1; i >= 0; i--)
            words[i] = TakeLast(line, ref end);
        var name = Path.GetFileName(TakeLast(line, ref end).Text);
        return new CalledAs(
            name.EndsWith(".dll", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(name) : name, words);
    }

    private static Word TakeLast(ReadOnlyMemory<byte> line, ref int end)
    {
        var stop = end - 1;
        end = line.Span[..stop].LastIndexOf((byte)0) + 1;
        return new Word(line[end..stop]);
    }
}
