using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xen.Abi.Model;
using Xen.Headers.Tests;

namespace Xen.Sys.HeaderCheck;

/// <summary>The C spelling of generated types. Only names come from the metadata here; every number comes from C#.</summary>
internal sealed class CNames
{
    private readonly Dictionary<string, AbiRecord> _records = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withoutTag = new(StringComparer.Ordinal);
    private readonly HashSet<string> _arrays = new(StringComparer.Ordinal);

    public CNames(CTarget target)
    {
        foreach (string file in new[] { "xen-4.17.abi", "linux-6.12.abi" })
        {
            string path = Path.Combine(HeaderCache.Headers, "abi", file);
            foreach (AbiItem item in AbiTextReader.Read(File.ReadAllText(path)).Items.Where(item => item.Targets.Contains(target.Name)))
            {
                if (item is AbiRecord record)
                    _records[record.Name.Replace('.', '_')] = record;
                else if (item is AbiTypedef { Type.Kind: AbiTypeKind.Array })
                    _arrays.Add(item.Name);
            }
        }

        FindTags(target);
    }

    /// <summary>The metadata of a generated type; null for an array.</summary>
    public AbiRecord? Record(Type type) => _records.GetValueOrDefault(type.Name);

    /// <summary>The C type of a generated type.</summary>
    public string Of(Type type)
    {
        if (_arrays.Contains(type.Name))
            return type.Name;
        AbiRecord record = _records[type.Name];
        string[] path = record.Name.Split('.');
        if (path.Length == 1)
            return Top(record);
        string root = Top(_records[path[0]]);
        return $"__typeof__((({root} *)0)->{string.Join('.', path[1..])})";
    }

    /// <summary>The C name of a field: C# cannot have a member called like its type.</summary>
    public static string Field(Type type, string name) => name == type.Name + "_" ? type.Name : name;

    private string Top(AbiRecord record) =>
        _withoutTag.Contains(record.Name) ? record.Name : (record.IsUnion ? "union " : "struct ") + record.Name;

    /// <summary>Asks the compiler which names are tags; the others are typedefs of records without one.</summary>
    private void FindTags(CTarget target)
    {
        using var program = new CProgram(target);
        AbiRecord[] top = _records.Values.Where(record => !record.Name.Contains('.', StringComparison.Ordinal)).ToArray();
        foreach (AbiRecord record in top)
            program.Line($"enum {{ tag_{record.Name} = sizeof({Top(record)}) }};");
        string errors = string.Join('\n', program.Errors());
        foreach (AbiRecord record in top)
        {
            if (errors.Contains($"'{Top(record)}'", StringComparison.Ordinal))
                _withoutTag.Add(record.Name);
        }
    }
}
