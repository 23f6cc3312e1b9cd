using System;
using System.Text;

namespace TestSupport;

/// <summary>Damages a text for fuzz tests.</summary>
internal static class TextMutation
{
    // What metadata, lists of names and options are made of, and what none of them takes.
    private const string Alphabet = " \n@.:[]*&()=-_|\"\\#{},/09azAZ\0\u2028\u00e9";

    /// <summary>Changes, inserts, removes or repeats something, in one to four places.</summary>
    public static string Mutate(string text, Random random)
    {
        var mutant = new StringBuilder(text);
        for (int i = random.Next(1, 5); i > 0 && mutant.Length > 0; i--)
        {
            int at = random.Next(mutant.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutant[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    mutant.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    mutant.Remove(at, Math.Min(random.Next(1, 20), mutant.Length - at));
                    break;
                default:
                    int from = random.Next(mutant.Length);
                    mutant.Insert(at, mutant.ToString(from, Math.Min(random.Next(1, 60), mutant.Length - from)));
                    break;
            }
        }

        return mutant.ToString();
    }
}
