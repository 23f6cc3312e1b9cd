using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;
using Xen.Sys.Generator.Inputs;

namespace Xen.Sys.Generator.Planning;

/// <summary>Decides what is generated: the requested names, and all that they hold by value.</summary>
internal sealed class Planner
{
    private readonly AbiIndex _index;
    private readonly List<DiagnosticInfo> _diagnostics;
    private readonly HashSet<string> _replaced;
    private readonly HashSet<string> _hints = new(StringComparer.OrdinalIgnoreCase);
    private readonly ImmutableArray<FilePlan>.Builder _files = ImmutableArray.CreateBuilder<FilePlan>();

    private Planner(AbiIndex index, List<DiagnosticInfo> diagnostics, IEnumerable<string> replaced)
    {
        _index = index;
        _diagnostics = diagnostics;
        _replaced = new HashSet<string>(replaced, StringComparer.Ordinal);
    }

    /// <summary>Plans everything.</summary>
    public static Plan Plan(
        EquatableArray<AbiModelResult> models,
        EquatableArray<ApiRequest> requests,
        GeneratorOptions options,
        EquatableArray<string> userTypes,
        CancellationToken cancellation)
    {
        List<DiagnosticInfo> diagnostics = models.Select(static result => result.Error).OfType<DiagnosticInfo>().ToList();
        if (requests.Count == 0)
            return new Plan(default, diagnostics.ToImmutableArray());
        if (!options.AllowUnsafe)
        {
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.UnsafeOff, null, default));
            return new Plan(default, diagnostics.ToImmutableArray());
        }

        var index = new AbiIndex(models.Select(static result => result.Model).OfType<AbiModel>(), diagnostics);
        Selection selection = new RequestResolver(index, diagnostics).Resolve(requests);
        cancellation.ThrowIfCancellationRequested();
        new Closure(index).Complete(selection);
        var planner = new Planner(index, diagnostics, userTypes);
        foreach (string name in selection.Records)
            planner.PlanRecord(name);
        foreach (string name in selection.Arrays)
            planner.PlanArray(name);
        cancellation.ThrowIfCancellationRequested();
        planner._files.AddRange(new ConstantPlanner(index).Plan(selection.Values, planner.Hint));
        return new Plan(planner._files.ToImmutable(), diagnostics.Distinct().ToImmutableArray());
    }

    private void PlanRecord(string name)
    {
        foreach (TargetIndex? only in Homes(_index.IsCommonRecord(name)))
        {
            TargetIndex target = only ?? _index.Targets[0];
            string space = Naming.Namespace(only?.Target);
            if (!target.Records.TryGetValue(name, out AbiRecord? record) || record.Size == 0
                || _replaced.Contains(space + "." + Naming.TypeName(name)))
            {
                continue;
            }

            _files.Add(new StructPlanner(_index, target, ReportUnsupported)
                .Plan(record, Hint(space + "." + Naming.TypeName(name)), space, TargetNames(only)));
        }
    }

    private void PlanArray(string name)
    {
        foreach (TargetIndex? only in Homes(_index.IsCommonTypedef(name)))
        {
            TargetIndex target = only ?? _index.Targets[0];
            string space = Naming.Namespace(only?.Target);
            if (target.Typedefs.TryGetValue(name, out AbiTypedef? typedef)
                && !_replaced.Contains(space + "." + Naming.TypeName(name))
                && new StructPlanner(_index, target, ReportUnsupported)
                    .PlanArray(typedef, Hint(space + "." + Naming.TypeName(name)), space, TargetNames(only)) is { } plan)
            {
                _files.Add(plan);
            }
        }
    }

    /// <summary>The common namespace, as null, or one per target.</summary>
    private TargetIndex?[] Homes(bool common) => common ? new TargetIndex?[] { null } : _index.Targets;

    private string TargetNames(TargetIndex? only) =>
        only?.Target ?? string.Join(" and ", _index.Targets.Select(static target => target.Target));

    /// <summary>A file name that differs from all others by more than case.</summary>
    private string Hint(string name)
    {
        string hint = name.Replace("@", "");
        while (!_hints.Add(hint))
            hint += "_";
        return hint + ".g.cs";
    }

    private void ReportUnsupported(AbiRecord record, string reason) => _diagnostics.Add(new DiagnosticInfo(
        DiagnosticDescriptors.Unsupported,
        null,
        ImmutableArray.Create(record.Name, record.Header + ":" + Naming.Text(record.Line), reason)));
}
