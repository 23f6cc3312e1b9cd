using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Planning;

/// <summary>All names of some metadata, for each target that is generated.</summary>
internal sealed class AbiIndex
{
    private readonly Dictionary<string, (string First, string Second)> _ambiguous = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);

    /// <summary>Joins the models; where two disagree, the first one holds.</summary>
    public AbiIndex(IReadOnlyCollection<AbiModel> models, IEnumerable<string> targets)
    {
        Models = models;
        Targets = targets.Where(target => models.Any(model => model.Targets.Contains(target)))
            .Select(static target => new TargetIndex(target)).ToArray();
        foreach (AbiModel model in models)
        {
            string origin = char.ToUpperInvariant(model.Source[0]) + model.Source.Substring(1) + " " + model.Release;
            foreach (AbiItem item in model.Items)
            {
                if (!_origins.ContainsKey(item.Header))
                    _origins.Add(item.Header, origin);
                foreach (TargetIndex target in Targets)
                {
                    if (item.Targets.Contains(target.Target))
                        Add(target, item);
                }
            }
        }
    }

    /// <summary>The models, in their order.</summary>
    public IReadOnlyCollection<AbiModel> Models { get; }

    /// <summary>The targets, in the order of the options.</summary>
    public TargetIndex[] Targets { get; }

    /// <summary>Where a declaration stands, for doc comments.</summary>
    public string Origin(string header, int line) => header + ":" + Naming.Text(line) + " of " + _origins[header];

    /// <summary>Says which of the selected names several models have in different forms.</summary>
    public IEnumerable<DiagnosticInfo> Ambiguities(Selection selection) =>
        from name in selection.Records.Concat(selection.Arrays).Concat(selection.Enums).Concat(selection.Values).Distinct()
        where _ambiguous.ContainsKey(name)
        select new DiagnosticInfo(
            DiagnosticDescriptors.Ambiguous,
            selection.PlaceOf(name),
            ImmutableArray.Create(name, _ambiguous[name].First, _ambiguous[name].Second));

    /// <summary>Finds a target.</summary>
    public TargetIndex? Find(string target) => Array.Find(Targets, other => other.Target == target);

    /// <summary>Whether a record has one layout on all targets.</summary>
    public bool IsCommonRecord(string name) => Targets.All(target => target.Records.ContainsKey(name))
        && IsCommon(AbiType.Named(AbiTypeKind.Struct, name));

    /// <summary>Whether a typedef has one layout on all targets.</summary>
    public bool IsCommonTypedef(string name) => Targets.All(target => target.Typedefs.ContainsKey(name))
        && IsCommon(AbiType.Named(AbiTypeKind.Typedef, name));

    /// <summary>Whether an enumeration is the same on all targets.</summary>
    public bool IsCommonEnum(string name) => Targets.All(target => target.Enums.TryGetValue(name, out AbiEnum? other)
        && Targets[0].Enums.TryGetValue(name, out AbiEnum? first) && other.Type == first.Type && other.Members == first.Members);

    /// <summary>Whether a constant has one type and value on all targets.</summary>
    public bool IsCommonValue(string name) => Targets.All(target => target.Values.ContainsKey(name))
        && Targets.All(target => target.Values[name].Agrees(Targets[0].Values[name]));

    /// <summary>Whether another index has a type in the same form, target by target.</summary>
    public bool HasSame(AbiIndex other, AbiType type) => other.Targets.All(target =>
        Find(target.Target) is { } mine && mine.Resolve(type) is not null == (target.Resolve(type) is not null)
        && mine.Shape(type) == target.Shape(type));

    private bool IsCommon(AbiType type) => Targets.Select(target => target.Shape(type)).Distinct().Count() == 1;

    private void Add(TargetIndex target, AbiItem item)
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
        if (!agrees && !_ambiguous.ContainsKey(item.Name))
            _ambiguous.Add(item.Name, (Origin(target, item.Name), Origin(item.Header, item.Line)));
    }

    private string Origin(TargetIndex target, string name) =>
        target.Records.TryGetValue(name, out AbiRecord? record) ? Origin(record.Header, record.Line)
        : target.Typedefs.TryGetValue(name, out AbiTypedef? typedef) ? Origin(typedef.Header, typedef.Line)
        : target.Enums.TryGetValue(name, out AbiEnum? enumeration) ? Origin(enumeration.Header, enumeration.Line)
        : target.Values.TryGetValue(name, out AbiValue? value) ? Origin(value.Header, value.Line)
        : "another file";

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
