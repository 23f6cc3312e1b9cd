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
    private readonly HashSet<string> _enums = new(StringComparer.Ordinal);

    public CNames(CScope scope)
    {
        foreach (string file in scope.Metadata)
        {
            AbiModel model = AbiTextReader.Read(File.ReadAllText(Path.Combine(HeaderCache.Headers, file)));
            foreach (AbiItem item in model.Items.Where(item => item.Targets.Contains(scope.Target)))
            {
                if (item is AbiRecord record)
                    _records[record.Name.Replace('.', '_')] = record;
                else if (item is AbiEnum)
                    _enums.Add(item.Name);
                else if (item is AbiTypedef { Type.Kind: AbiTypeKind.Array })
                    _arrays.Add(item.Name);
            }
        }

        FindTags(scope);
    }

    /// <summary>The metadata of a generated type; null for an array.</summary>
    public AbiRecord? Record(Type type) => _records.GetValueOrDefault(type.Name);

    /// <summary>The C type of a generated type.</summary>
    public string Of(Type type)
    {
        if (type.IsEnum)
            return _withoutTag.Contains(type.Name) ? type.Name : "enum " + type.Name;
        if (_arrays.Contains(type.Name))
            return type.Name;
        AbiRecord record = _records[type.Name];
        string[] path = record.Name.Split('.');
        if (path.Length == 1)
            return Top(record);
        return $"__typeof__((({Top(_records[path[0]])} *)0)->{string.Join('.', Enumerable.Range(1, path.Length - 1).Select(i => Member(path, i)))})";
    }

    /// <summary>The C name of a field: C# cannot have a member called like its type.</summary>
    public static string Field(Type type, string name) => name == type.Name + "_" ? type.Name : name;

    /// <summary>One member on the path to a nested record: of an array, the first element.</summary>
    private string Member(string[] path, int index)
    {
        AbiType type = _records[string.Join('_', path[..index])].Fields.Single(field => field.Name == path[index]).Type;
        string member = path[index];
        for (; type.Kind == AbiTypeKind.Array; type = type.Element!)
            member += "[0]";
        return member;
    }

    private string Top(AbiRecord record) =>
        _withoutTag.Contains(record.Name) ? record.Name : (record.IsUnion ? "union " : "struct ") + record.Name;

    /// <summary>Asks the compiler which names are tags; the others are typedefs of records without one.</summary>
    private void FindTags(CScope scope)
    {
        using var program = new CProgram(scope);
        AbiRecord[] top = _records.Values.Where(record => !record.Name.Contains('.', StringComparison.Ordinal)).ToArray();
        foreach (AbiRecord record in top)
            program.Line($"enum {{ tag_{record.Name} = sizeof({Top(record)}) }};");
        foreach (string name in _enums)
            program.Line($"enum {{ tag_{name} = sizeof(enum {name}) }};");
        string errors = string.Join('\n', program.Errors());
        foreach (AbiRecord record in top)
        {
            if (errors.Contains($"'{Top(record)}'", StringComparison.Ordinal))
                _withoutTag.Add(record.Name);
        }

        _withoutTag.UnionWith(_enums.Where(name => errors.Contains($"'enum {name}'", StringComparison.Ordinal)));
    }
}
