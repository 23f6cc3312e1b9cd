using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Xen.Domain.Tests;

/// <summary>A command line is words, and a word may have a value.</summary>
public sealed class CommandLineWordsTests
{
    private static readonly char[] s_blanks = [' ', '\t', '\n', '\r', '\0'];

    [Fact]
    public void Random_lines_have_the_words_that_splitting_gives()
    {
        const string Characters = "ab=  \t\n\0";
        var random = new Random(20_261_128);
        for (var i = 0; i < 200_000; i++)
        {
            var line = new string([.. Enumerable.Range(0, random.Next(24))
                .Select(_ => Characters[random.Next(Characters.Length)])]);
            var words = new List<(string, string)>();
            foreach (var word in new CommandLineWords(Encoding.ASCII.GetBytes(line)))
                words.Add((Encoding.ASCII.GetString(word.Key), Encoding.ASCII.GetString(word.Value)));
            Assert.Equal(Split(line), words);

            var last = words.LastOrDefault(static word => word.Item1 == "a", ("", "none"));
            var isFound = CommandLineWords.TryFind(Encoding.ASCII.GetBytes(line), "a"u8, out var value);
            Assert.Equal(words.Any(static word => word.Item1 == "a"), isFound);
            Assert.Equal(isFound ? last.Item2 : "", Encoding.ASCII.GetString(value));
        }
    }

    private static IEnumerable<(string Key, string Value)> Split(string line) =>
        from word in line.Split(s_blanks, StringSplitOptions.RemoveEmptyEntries)
        let separator = word.IndexOf('=', StringComparison.Ordinal)
        select separator < 0 ? (word, "") : (word[..separator], word[(separator + 1)..]);
}
