using System.Collections.Generic;
using System.Linq;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Planning;

/// <summary>Adds to a selection what its types hold by value or by guest handle.</summary>
internal sealed class Closure(Scope scope)
{
    private readonly Queue<string> _pending = new();
    private LocationInfo? _place;

    /// <summary>Completes the selection. Pointers add nothing: they are untyped in C#.</summary>
    public void Complete()
    {
        foreach (string record in scope.Selection.Records)
            _pending.Enqueue(record);
        foreach (string array in scope.Selection.Arrays.ToArray())
        {
            _place = scope.Selection.PlaceOf(array);
            foreach (TargetIndex target in scope.Index.Targets)
            {
                if (target.Typedefs.TryGetValue(array, out AbiTypedef? typedef))
                    AddType(target, typedef.Type);
            }
        }

        while (_pending.Count > 0)
        {
            string name = _pending.Dequeue();
            _place = scope.Selection.PlaceOf(name);
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
        Selection selection = scope.IsOfMain(record) ? scope.Main!.Selection : scope.Selection;
        selection.Follow(record.Name, _place);
        if (selection.Records.Add(record.Name) && selection == scope.Selection)
            _pending.Enqueue(record.Name);
    }

    private void AddArray(string name)
    {
        bool main = !scope.Selection.Arrays.Contains(name) && scope.IsOfMain(AbiType.Named(AbiTypeKind.Typedef, name));
        Selection selection = (main ? scope.Main! : scope).Selection;
        selection.Arrays.Add(name);
        selection.Follow(name, _place);
    }

    private void AddEnum(string name)
    {
        bool main = !scope.Selection.Enums.Contains(name) && scope.IsOfMain(AbiType.Named(AbiTypeKind.Enum, name));
        Selection selection = (main ? scope.Main! : scope).Selection;
        selection.Enums.Add(name);
        selection.Follow(name, _place);
    }
}
