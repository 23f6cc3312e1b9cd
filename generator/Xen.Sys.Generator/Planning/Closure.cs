using System.Collections.Generic;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>Adds to a selection what its types hold by value or by guest handle.</summary>
internal sealed class Closure(Scope scope)
{
    private readonly Queue<string> _pending = new();

    /// <summary>Completes the selection. Pointers add nothing: they are untyped in C#.</summary>
    public void Complete()
    {
        foreach (string record in scope.Selection.Records)
            _pending.Enqueue(record);
        foreach (string array in scope.Selection.Arrays.ToArray())
        {
            foreach (TargetIndex target in scope.Index.Targets)
            {
                if (target.Typedefs.TryGetValue(array, out AbiTypedef? typedef))
                    AddType(target, typedef.Type);
            }
        }

        while (_pending.Count > 0)
        {
            string name = _pending.Dequeue();
            foreach (TargetIndex target in scope.Index.Targets)
            {
                if (target.Records.TryGetValue(name, out AbiRecord? record))
                    AddFields(target, record);
            }
        }
    }

    private void AddFields(TargetIndex target, AbiRecord record)
    {
        var anonymous = new Queue<AbiRecord>([record]);
        var seen = new HashSet<string>();
        while (anonymous.Count > 0)
        {
            foreach (AbiField field in anonymous.Dequeue().Fields)
            {
                if (field.Name.Length > 0)
                    AddType(target, field.Type);
                else if (target.Resolve(field.Type) is { IsRecord: true } inner && seen.Add(inner.Name))
                    anonymous.Enqueue(target.Records[inner.Name]);
            }
        }
    }

    private void AddType(TargetIndex target, AbiType type)
    {
        AbiType? current = type;
        while (current is not null)
        {
            if (target.ArrayTypedef(current) is { } array)
                AddArray(array);
            if (target.EnumOf(current) is { } enumeration)
                AddEnum(enumeration);
            current = target.Resolve(current);
            if (current is { IsRecord: true })
                AddRecord(current);
            current = current?.Kind is AbiTypeKind.Array or AbiTypeKind.GuestHandle ? current.Element : null;
        }
    }

    private void AddRecord(AbiType record)
    {
        if (scope.Selection.Records.Contains(record.Name))
            return;
        if (scope.IsOfMain(record))
            scope.Main!.Selection.Records.Add(record.Name);
        else if (scope.Selection.Records.Add(record.Name))
            _pending.Enqueue(record.Name);
    }

    private void AddArray(string name)
    {
        bool main = !scope.Selection.Arrays.Contains(name) && scope.IsOfMain(AbiType.Named(AbiTypeKind.Typedef, name));
        (main ? scope.Main! : scope).Selection.Arrays.Add(name);
    }

    private void AddEnum(string name)
    {
        bool main = !scope.Selection.Enums.Contains(name) && scope.IsOfMain(AbiType.Named(AbiTypeKind.Enum, name));
        (main ? scope.Main! : scope).Selection.Enums.Add(name);
    }
}
