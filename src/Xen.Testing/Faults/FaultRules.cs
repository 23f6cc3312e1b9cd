using System.Collections.Generic;
using System.Threading;

namespace Xen.Testing.Faults;

/// <summary>Rules of what goes wrong. Each counts all calls that it is about, and goes when it is used up.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FaultRules<TCall, TRule>
    where TCall : struct
    where TRule : class, IFaultRule<TCall>
{
    private readonly Lock _gate = new();
    private readonly List<Counted> _rules = [];
    private int _count;

    /// <summary>Number of rules that are not used up.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal void Add(TRule rule, FaultCount count)
    {
        lock (_gate)
        {
            _rules.Add(new Counted(rule, count));
            _count = _rules.Count;
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
            _count = 0;
        }
    }

    /// <summary>A call is made.</summary>
    /// <returns>The rules that strike it, in the order in which they were added.</returns>
    internal IReadOnlyList<TRule> Meet(TCall call)
    {
        if (Count == 0)
            return [];
        var struck = new List<TRule>();
        lock (_gate)
        {
            foreach (var counted in _rules)
            {
                if (counted.Rule.Concerns(call) && counted.Count.Strikes())
                    struck.Add(counted.Rule);
            }

            _rules.RemoveAll(static counted => counted.Count.IsUsedUp);
            _count = _rules.Count;
        }

        return struck;
    }

    private sealed class Counted(TRule rule, FaultCount count)
    {
        internal FaultCount Count = count;

        internal TRule Rule => rule;
    }
}
