using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Xen.Abi.Model;
using Xen.Headers.Libclang;

namespace Xen.Headers.Reading;

/// <summary>
/// Evaluates object-like macros: a second file, with variables made from each macro, lets the compiler find type and
/// value. Macros that are no constant are errors in that file, and expected. So are macros with a comma outside of brackets:
/// as an argument of a builtin, or as an array's initializer in brackets, they do not pass for a single expression.
/// </summary>
internal sealed class MacroReader(
    HeaderSource source, TargetAbi target, IReadOnlyList<string> arguments, HashSet<string> enumerators)
{
    private const string NumberPrefix = "xen_abi_number_";
    private const string LengthPrefix = "xen_abi_length_";
    private const string TextPrefix = "xen_abi_text_";
    private readonly EquatableArray<string> _targets = ImmutableArray.Create(target.Name);
    private readonly List<string> _withoutValue = [];

    /// <summary>The macros that are no integer or string constant.</summary>
    public IReadOnlyList<string> WithoutValue => _withoutValue;

    /// <summary>Evaluates the macros.</summary>
    public IReadOnlyList<AbiItem> Read(IEnumerable<Cursor> macros, MacroBodies bodies)
    {
        var places = new SortedDictionary<string, SourcePlace>(StringComparer.Ordinal);
        foreach (Cursor macro in macros)
        {
            string name = macro.Name;
            if (!macro.IsFunctionLikeMacro && !enumerators.Contains(name) && bodies.CanBeExpression(name))
                places[name] = macro.Place;
        }

        var probe = new StringBuilder(source.UmbrellaText ?? $"#include \"{Path.GetFullPath(source.Umbrella)}\"\n");
        foreach (string name in places.Keys)
        {
            probe.Append("__auto_type ").Append(NumberPrefix).Append(name)
                .Append(" = __builtin_choose_expr(1, ").Append(name).Append(", 0);\n");
            probe.Append("const char ").Append(LengthPrefix).Append(name).Append("[] = (").Append(name).Append(");\n");
            probe.Append("const char *").Append(TextPrefix).Append(name).Append(" = ").Append(name).Append(";\n");
        }

        using var unit = new TranslationUnit(Path.GetFullPath(source.Umbrella) + ".macros.c", probe.ToString(), arguments);
        var values = new Dictionary<string, AbiItem>(StringComparer.Ordinal);
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (Cursor variable in unit.Root.Children().Where(static cursor => cursor.Kind == CursorKind.Variable))
        {
            string name = variable.Name;
            if (name.StartsWith(LengthPrefix, StringComparison.Ordinal) && variable.Type is { Kind: TypeKind.ConstantArray } array)
                lengths[name[LengthPrefix.Length..]] = array.Count;
            AbiItem? value = name.StartsWith(NumberPrefix, StringComparison.Ordinal)
                ? Number(variable, name[NumberPrefix.Length..], places)
                : name.StartsWith(TextPrefix, StringComparison.Ordinal) ? Text(variable, name[TextPrefix.Length..], lengths, places) : null;
            if (value is not null)
                values.TryAdd(value.Name, value);
        }

        _withoutValue.AddRange(places.Keys.Where(name => !values.ContainsKey(name)));
        return [.. values.Values];
    }

    private AbiConstant? Number(Cursor variable, string name, SortedDictionary<string, SourcePlace> places)
    {
        ClangType type = variable.Type.Canonical;
        if (type.Kind == TypeKind.Enum)
            type = type.Declaration.EnumType.Canonical;
        if (!(type.IsSigned || type.IsUnsigned) || !places.TryGetValue(name, out SourcePlace place)
            || variable.Evaluate(type.IsSigned).Number is not { } number)
        {
            return null;
        }

        AbiType integer = AbiType.Integer(type.IsSigned, (int)type.Size * 8);
        return new AbiConstant(name, source.HeaderName(place.Path)!, place.Line, _targets, integer, number);
    }

    /// <summary>A text, if nothing of the literal is lost: its array has room for the text and the zero at its end only.</summary>
    private AbiString? Text(
        Cursor variable, string name, Dictionary<string, long> lengths, SortedDictionary<string, SourcePlace> places) =>
        places.TryGetValue(name, out SourcePlace place)
            && lengths.TryGetValue(name, out long length)
            && variable.Evaluate(signed: true).Text is { } text
            && length == Encoding.UTF8.GetByteCount(text) + 1
            ? new AbiString(name, source.HeaderName(place.Path)!, place.Line, _targets, text)
            : null;
}
