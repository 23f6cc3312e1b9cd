using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Headers.Libclang;

namespace Xen.Headers.Reading;

/// <summary>
/// The tokens of all macros. An unbalanced bracket would swallow whatever follows the place where the macro is tried out,
/// so such macros must be known before.
/// </summary>
internal sealed class MacroBodies
{
    private const string Opening = "([{";
    private const string Closing = ")]}";
    private readonly Dictionary<string, IReadOnlyList<string>> _bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _safe = new(StringComparer.Ordinal);

    public MacroBodies(TranslationUnit unit, IEnumerable<Cursor> macros)
    {
        foreach (Cursor macro in macros)
        {
            List<string> tokens = macro.Tokens(unit);
            if (tokens.Count > 0)
                _bodies[macro.Name] = tokens.GetRange(1, tokens.Count - 1);
        }
    }

    /// <summary>Whether a macro is not empty, and balanced together with all macros that it uses.</summary>
    public bool CanBeExpression(string name) =>
        _bodies.TryGetValue(name, out IReadOnlyList<string>? body) && body.Count > 0 && IsSafe(name);

    private bool IsSafe(string name)
    {
        if (!_bodies.TryGetValue(name, out IReadOnlyList<string>? body))
            return true;
        if (_safe.TryGetValue(name, out bool known))
            return known;

        // A macro is not expanded inside itself, so it counts as safe until its tokens say otherwise.
        _safe[name] = true;
        return _safe[name] = IsBalanced(body) && !body.Contains(";") && body.All(IsSafe);
    }

    private static bool IsBalanced(IReadOnlyList<string> tokens)
    {
        var open = new Stack<int>();
        foreach (string token in tokens.Where(static token => token.Length == 1))
        {
            if (Opening.Contains(token[0], StringComparison.Ordinal))
                open.Push(Opening.IndexOf(token[0], StringComparison.Ordinal));
            else if (Closing.Contains(token[0], StringComparison.Ordinal)
                && (!open.TryPop(out int kind) || kind != Closing.IndexOf(token[0], StringComparison.Ordinal)))
                return false;
        }

        return open.Count == 0;
    }
}
