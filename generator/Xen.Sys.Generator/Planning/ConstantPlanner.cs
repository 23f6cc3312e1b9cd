using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Sys.Generator.Planning;

/// <summary>Plans the constants, one file per header and namespace.</summary>
internal sealed class ConstantPlanner(Scope scope, string className)
{
    /// <summary>Plans the constants.</summary>
    public IEnumerable<FilePlan> Plan(IEnumerable<string> names, Func<string, string> hint)
    {
        var files = new SortedDictionary<string, List<AbiValue>>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (scope.Index.IsCommonValue(name))
            {
                Add(null, scope.Index.Targets[0].Values[name]);
                continue;
            }

            foreach (TargetIndex target in scope.Index.Targets)
            {
                if (target.Values.TryGetValue(name, out AbiValue? value))
                    Add(target, value);
            }
        }

        foreach (KeyValuePair<string, List<AbiValue>> file in files)
        {
            string space = file.Key.Substring(0, file.Key.IndexOf('|'));
            string header = file.Key.Substring(space.Length + 1);
            yield return new ConstantsPlan(
                hint(space + "." + className + "." + header.Replace('/', '_').Replace('.', '_')),
                space,
                className,
                file.Value.OrderBy(static value => value.Line).ThenBy(static value => value.Name, StringComparer.Ordinal)
                    .Select(Constant).ToImmutableArray());
        }

        void Add(TargetIndex? target, AbiValue value)
        {
            string key = scope.Namespace(target) + "|" + value.Header;
            if (!files.TryGetValue(key, out List<AbiValue>? values))
                files.Add(key, values = new List<AbiValue>());
            values.Add(value);
        }
    }

    private ConstantPlan Constant(AbiValue value)
    {
        string summary = scope.Index.Origin(value.Header, value.Line) + ".";
        string name = value.Name == className ? value.Name + "_" : Naming.Identifier(value.Name);
        if (value.Type is null)
            return new ConstantPlan(name, summary, "string", SymbolDisplay.FormatLiteral(value.Value, quote: true));
        string type = CSharpTypes.Scalar(value.Type)!;
        string suffix = type switch
        {
            "uint" => "U",
            "long" => "L",
            "ulong" => "UL",
            _ => "",
        };
        return new ConstantPlan(name, summary, type, value.Value + suffix);
    }
}
