using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;
using Xen.Sys.Generator.Inputs;

namespace Xen.Sys.Generator.Planning;

/// <summary>Plans one file per type, and one per header for constants.</summary>
internal sealed class FilePlanner(GeneratorOptions options, IEnumerable<string> userTypes, ICollection<DiagnosticInfo> diagnostics)
{
    private readonly HashSet<string> _replaced = new(userTypes, StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hints = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<FilePlan> _files = new();

    /// <summary>Plans what a scope has selected.</summary>
    public void Add(Scope scope)
    {
        foreach (TargetIndex? home in scope.Index.Targets.Append(null))
            _types[scope.Namespace(home) + "." + options.ConstantsClass] = "the constants";
        foreach (string name in scope.Selection.Records)
            PlanRecord(scope, name);
        foreach (string name in scope.Selection.Arrays)
            PlanArray(scope, name);
        foreach (string name in scope.Selection.Enums)
            PlanEnum(scope, name);
        _files.AddRange(new ConstantPlanner(scope, options.ConstantsClass).Plan(scope.Selection.Values, Hint));
    }

    /// <summary>All files, with the types that they share.</summary>
    public List<FilePlan> Finish(Scope main)
    {
        string space = main.Namespace(null);
        bool isUsed = _files.OfType<StructPlan>().Any(static plan => plan.UsesGuestHandles)
            || _files.OfType<ArrayTypePlan>().Any(static plan => plan.UsesGuestHandles);
        if (isUsed && !_replaced.Contains(space + "." + Naming.GuestHandle))
            _files.Add(new GuestHandlePlan(Hint(space + "." + Naming.GuestHandle), space));
        return _files;
    }

    private void PlanRecord(Scope scope, string name)
    {
        foreach (TargetIndex? only in Homes(scope, scope.Index.IsCommonRecord(name)))
        {
            TargetIndex target = only ?? scope.Index.Targets[0];
            if (target.Records.TryGetValue(name, out AbiRecord? record) && record.Size > 0 && FileName(scope, only, name) is { } file)
            {
                _files.Add(new StructPlanner(scope, target, (record, reason) => ReportUnsupported(scope, record, reason))
                    .Plan(record, file, scope.Namespace(only), TargetNames(scope, only)));
            }
        }
    }

    private void PlanArray(Scope scope, string name)
    {
        foreach (TargetIndex? only in Homes(scope, scope.Index.IsCommonTypedef(name)))
        {
            TargetIndex target = only ?? scope.Index.Targets[0];
            if (target.Typedefs.TryGetValue(name, out AbiTypedef? typedef) && FileName(scope, only, name) is { } file
                && new StructPlanner(scope, target, (record, reason) => ReportUnsupported(scope, record, reason))
                    .PlanArray(typedef, file, scope.Namespace(only), TargetNames(scope, only)) is { } plan)
            {
                _files.Add(plan);
            }
        }
    }

    private void PlanEnum(Scope scope, string name)
    {
        foreach (TargetIndex? only in Homes(scope, scope.Index.IsCommonEnum(name)))
        {
            TargetIndex target = only ?? scope.Index.Targets[0];
            if (!target.Enums.TryGetValue(name, out AbiEnum? enumeration) || FileName(scope, only, name) is not { } file)
                continue;
            string summary = "enum " + name + ", " + scope.Index.Origin(enumeration.Header, enumeration.Line) + ", on "
                + TargetNames(scope, only) + ".";
            _files.Add(new EnumPlan(
                file, scope.Namespace(only), Naming.TypeName(name), summary, CSharpTypes.Scalar(enumeration.Type)!, enumeration.Members));
        }
    }

    /// <summary>The file of a type; null if the user has declared it, or another type has its name in C#.</summary>
    private string? FileName(Scope scope, TargetIndex? only, string name)
    {
        string full = (scope.Namespace(only) + "." + Naming.TypeName(name)).Replace("@", "");
        if (_replaced.Contains(full))
            return null;
        if (!_types.TryGetValue(full, out string? other))
            _types.Add(full, name);
        else
            ReportSameName(scope, name, other, full);
        return other is null ? Hint(full) : null;
    }

    private void ReportSameName(Scope scope, string name, string other, string full) => diagnostics.Add(new DiagnosticInfo(
        DiagnosticDescriptors.SameName, scope.Selection.PlaceOf(name), ImmutableArray.Create(name, other, full)));

    /// <summary>The common namespace, as null, or one per target.</summary>
    private static TargetIndex?[] Homes(Scope scope, bool common) => common ? new TargetIndex?[] { null } : scope.Index.Targets;

    private static string TargetNames(Scope scope, TargetIndex? only) =>
        only?.Target ?? string.Join(" and ", scope.Index.Targets.Select(static target => target.Target));

    /// <summary>A file name that differs from all others by more than case; the compiler takes few characters in it.</summary>
    private string Hint(string name)
    {
        string hint = string.Concat(name.Replace("@", "").Select(static c => c is '.' || char.IsLetterOrDigit(c) ? c : '_'));
        while (!_hints.Add(hint))
            hint += "_";
        return hint + ".g.cs";
    }

    private void ReportUnsupported(Scope scope, AbiRecord record, string reason) => diagnostics.Add(new DiagnosticInfo(
        DiagnosticDescriptors.Unsupported,
        scope.Selection.PlaceOf(record.Name),
        ImmutableArray.Create(record.Name, record.Header + ":" + Naming.Text(record.Line), reason)));
}
