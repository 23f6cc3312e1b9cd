using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Planning;

/// <summary>All names of all metadata, for each target that is generated.</summary>
internal sealed class AbiIndex
{
    private readonly SortedSet<string> _ambiguous = new(StringComparer.Ordinal);

    /// <summary>Joins the models; where two disagree, the first one holds.</summary>
    public AbiIndex(IEnumerable<AbiModel> models, ICollection<DiagnosticInfo> diagnostics)
    {
        AbiModel[] all = models.ToArray();
        Targets = Naming.EmittedTargets.Where(target => all.Any(model => model.Targets.Contains(target)))
            .Select(static target => new TargetIndex(target)).ToArray();
        foreach (TargetIndex target in Targets)
        {
            foreach (AbiItem item in all.SelectMany(static model => model.Items))
            {
                if (item.Targets.Contains(target.Target))
                    Add(target, item, diagnostics);
            }
        }
    }

    /// <summary>The targets, in the order of <see cref="Naming.EmittedTargets"/>.</summary>
    public TargetIndex[] Targets { get; }

    /// <summary>Whether a record has one layout on all targets.</summary>
    public bool IsCommonRecord(string name) => Targets.All(target => target.Records.ContainsKey(name))
        && Targets.Select(target => target.Shape(AbiType.Named(AbiTypeKind.Struct, name))).Distinct().Count() == 1;

    /// <summary>Whether a typedef has one layout on all targets.</summary>
    public bool IsCommonTypedef(string name) => Targets.All(target => target.Typedefs.ContainsKey(name))
        && Targets.Select(target => target.Shape(AbiType.Named(AbiTypeKind.Typedef, name))).Distinct().Count() == 1;

    /// <summary>Whether a constant has one type and value on all targets.</summary>
    public bool IsCommonValue(string name) => Targets.All(target => target.Values.ContainsKey(name))
        && Targets.All(target => target.Values[name].Agrees(Targets[0].Values[name]));

    private void Add(TargetIndex target, AbiItem item, ICollection<DiagnosticInfo> diagnostics)
    {
        bool agrees = item switch
        {
            AbiRecord record => Put(target.Records, record, static (a, b) =>
                a with { Header = "", Line = 0, Targets = default } == b with { Header = "", Line = 0, Targets = default }),
            AbiTypedef typedef => Put(target.Typedefs, typedef, static (a, b) => a.Type == b.Type),
            AbiEnum enumeration => AddEnum(target, enumeration),
            AbiConstant constant => PutValue(target, new(constant.Name, constant.Header, constant.Line, constant.Type, constant.Value)),
            AbiString text => PutValue(target, new(text.Name, text.Header, text.Line, null, text.Value)),
            _ => true,
        };
        if (!agrees && _ambiguous.Add(item.Name))
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.Ambiguous, null, ImmutableArray.Create(item.Name)));
    }

    private static bool AddEnum(TargetIndex target, AbiEnum enumeration)
    {
        bool agrees = Put(target.Enums, enumeration, static (a, b) => a.Type == b.Type && a.Members == b.Members);
        foreach (AbiEnumMember member in enumeration.Members)
        {
            AbiType type = AbiType.OfEnumerator(enumeration.Type, member.Value);
            agrees &= PutValue(target, new(member.Name, enumeration.Header, enumeration.Line, type, member.Value));
        }

        return agrees;
    }

    private static bool PutValue(TargetIndex target, AbiValue value)
    {
        if (target.Values.TryGetValue(value.Name, out AbiValue? first))
            return first.Agrees(value);
        target.Values.Add(value.Name, value);
        return true;
    }

    private static bool Put<T>(Dictionary<string, T> items, T item, Func<T, T, bool> agree)
        where T : AbiItem
    {
        if (items.TryGetValue(item.Name, out T? first))
            return agree(first, item);
        items.Add(item.Name, item);
        return true;
    }
}
