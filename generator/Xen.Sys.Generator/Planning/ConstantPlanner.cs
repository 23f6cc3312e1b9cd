using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Sys.Generator.Planning;

/// <summary>Plans the constants, one file per header and namespace.</summary>
internal sealed class ConstantPlanner(AbiIndex index)
{
    /// <summary>Plans the constants.</summary>
    public IEnumerable<FilePlan> Plan(IEnumerable<string> names, Func<string, string> hint)
    {
        var files = new SortedDictionary<string, List<AbiValue>>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (index.IsCommonValue(name))
            {
                Add(null, index.Targets[0].Values[name]);
                continue;
            }

            foreach (TargetIndex target in index.Targets)
            {
                if (target.Values.TryGetValue(name, out AbiValue? value))
                    Add(target.Target, value);
            }
        }

        foreach (KeyValuePair<string, List<AbiValue>> file in files)
        {
            string space = file.Key.Substring(0, file.Key.IndexOf('|'));
            string header = file.Key.Substring(space.Length + 1);
            yield return new ConstantsPlan(
                hint(space + "." + Naming.ConstantsClass + "." + header.Replace('/', '_').Replace('.', '_')),
                space,
                file.Value.OrderBy(static value => value.Line).ThenBy(static value => value.Name, StringComparer.Ordinal)
                    .Select(Constant).ToImmutableArray());
        }

        void Add(string? target, AbiValue value)
        {
            string key = Naming.Namespace(target) + "|" + value.Header;
            if (!files.TryGetValue(key, out List<AbiValue>? values))
                files.Add(key, values = new List<AbiValue>());
            values.Add(value);
        }
    }

    private static ConstantPlan Constant(AbiValue value)
    {
        string summary = value.Header + ":" + Naming.Text(value.Line) + ".";
        string name = Naming.Identifier(value.Name);
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
