using System.Collections.Generic;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>Adds to a selection what its types hold by value.</summary>
internal sealed class Closure(AbiIndex index)
{
    /// <summary>Completes the selection. Pointers add nothing: they are untyped in C#.</summary>
    public void Complete(Selection selection)
    {
        var pending = new Queue<string>(selection.Records);
        foreach (string array in selection.Arrays.ToArray())
            AddType(AbiType.Named(AbiTypeKind.Typedef, array), selection, pending);
        while (pending.Count > 0)
        {
            string name = pending.Dequeue();
            foreach (TargetIndex target in index.Targets)
            {
                if (target.Records.TryGetValue(name, out AbiRecord? record))
                    AddFields(target, record, selection, pending);
            }
        }
    }

    private void AddFields(TargetIndex target, AbiRecord record, Selection selection, Queue<string> pending)
    {
        var anonymous = new Queue<AbiRecord>([record]);
        var seen = new HashSet<string>();
        while (anonymous.Count > 0)
        {
            foreach (AbiField field in anonymous.Dequeue().Fields)
            {
                if (field.Name.Length > 0)
                    AddType(field.Type, selection, pending);
                else if (target.Resolve(field.Type) is { IsRecord: true } inner && seen.Add(inner.Name))
                    anonymous.Enqueue(target.Records[inner.Name]);
            }
        }
    }

    private void AddType(AbiType type, Selection selection, Queue<string> pending)
    {
        foreach (TargetIndex target in index.Targets)
        {
            AbiType? current = type;
            while (current is not null)
            {
                if (target.ArrayTypedef(current) is { } array)
                    selection.Arrays.Add(array);
                current = target.Resolve(current);
                if (current is { IsRecord: true } && selection.Records.Add(current.Name))
                    pending.Enqueue(current.Name);
                current = current?.Kind == AbiTypeKind.Array ? current.Element : null;
            }
        }
    }
}
