using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;
using Xen.Headers;
using Xen.Headers.Reading;

namespace Xen.Abi.Cli.Checking;

/// <summary>One release on one target, confirmed by one compiler.</summary>
internal sealed class CheckCell(Scope scope, AssertionSet said, HeaderSource headers, CCompiler compiler)
{
    private readonly List<HeaderError> _failures = [];

    /// <summary>Asks the compiler.</summary>
    public CheckResult Run()
    {
        var watch = Stopwatch.StartNew();
        using var file = new CFile<object>(headers.Umbrella);
        foreach (Assertion assertion in said.Assertions)
            file.Add(assertion.ToC(), assertion);
        AddProbes(file, static _ => false);
        (IReadOnlyDictionary<string, byte[]>? sections, IReadOnlyList<(object? Owner, string Text)> errors) =
            file.Compile(compiler, [.. headers.SearchPath]);
        if (sections is not null)
            CheckBits(sections, static _ => false);
        else
            Explain(errors);
        return new CheckResult(scope, compiler, said, _failures, watch.ElapsedMilliseconds);
    }

    private void AddProbes(CFile<object> file, Predicate<object> isLeftOut)
    {
        for (int i = 0; i < said.Bits.Count; i++)
        {
            if (!isLeftOut(said.Bits[i]))
                file.Add(said.Bits[i].ToC(BitSection(i)), said.Bits[i]);
        }
    }

    private void CheckBits(IReadOnlyDictionary<string, byte[]> sections, Predicate<object> isLeftOut)
    {
        for (int i = 0; i < said.Bits.Count; i++)
        {
            BitProbe probe = said.Bits[i];
            if (isLeftOut(probe) || (sections.TryGetValue(BitSection(i), out byte[]? bytes) && probe.IsConfirmedBy(bytes)))
                continue;
            (long first, int width) = BitProbe.Find(bytes);
            Fail(probe.Item, probe.Field.Name, "place", Place(first, width), Place(probe.First, probe.Field.BitWidth));
        }
    }

    /// <summary>Has the compiler compute what it did not confirm, so that both values can be shown.</summary>
    private void Explain(IReadOnlyList<(object? Owner, string Text)> errors)
    {
        // Assertions are told apart by identity: to compare them would compare whole declarations.
        var refused = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        foreach ((object? owner, string text) in errors)
        {
            if (owner is null)
                _failures.Add(new HeaderError(HeaderError.CheckFailed, $"{Where}: {text}"));
            else
                refused.TryAdd(owner, text);
        }

        Assertion[] wrong = [.. said.Assertions.Where(refused.ContainsKey)];
        using var file = new CFile<object>(headers.Umbrella);
        for (int i = 0; i < wrong.Length; i++)
        {
            if (wrong[i].Meaning is null && refused[wrong[i]].Contains("assert", StringComparison.Ordinal))
                file.Add(Value(i, wrong[i].Expression), wrong[i]);
        }

        AddProbes(file, refused.ContainsKey);
        IReadOnlyDictionary<string, byte[]> sections = file.Compile(compiler, [.. headers.SearchPath]).Sections ?? new Dictionary<string, byte[]>();
        for (int i = 0; i < wrong.Length; i++)
        {
            string? actual = sections.TryGetValue($"value{i}", out byte[]? bytes) ? Number(bytes, wrong[i].Expected) : null;
            Fail(wrong[i].Item, wrong[i].Member, wrong[i].What, actual ?? Reason(wrong[i], refused[wrong[i]]), wrong[i].Meaning ?? wrong[i].Expected);
        }

        foreach (BitProbe probe in said.Bits.Where(refused.ContainsKey))
            Fail(probe.Item, probe.Field.Name, "place", $"refused ({refused[probe]})", Place(probe.First, probe.Field.BitWidth));
        if (sections.Count > 0)
            CheckBits(sections, refused.ContainsKey);
    }

    private static string Value(int index, string expression) =>
        $"__attribute__((used, section(\"value{index}\"))) const unsigned long long object_value{index} = "
        + $"(unsigned long long)({expression});";

    private static string Reason(Assertion assertion, string error) =>
        error.Contains("assert", StringComparison.Ordinal) && assertion.Meaning is not null ? "another" : $"refused ({error})";

    private void Fail(AbiItem item, string member, string what, string actual, string expected)
    {
        string name = $"{ItemKind.Of(item)} {item.Name}{(member.Length == 0 ? "" : "." + member)}";
        _failures.Add(new HeaderError(
            HeaderError.CheckFailed, item.Header, item.Line, 0,
            $"{name}: {what}: {expected} in the metadata, {actual} in C ({Where})"));
    }

    private string Where => $"{scope.Release.FullName}, {scope.Target}, {compiler.Name}";

    private static string BitSection(int index) => "bits" + index.ToString(CultureInfo.InvariantCulture);

    private static string Place(long first, int width) => first < 0 ? "no bit" : $"@{first / 8}.{first % 8}:{width}";

    private static string Number(byte[] bytes, string like)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return like.StartsWith('-')
            ? unchecked((long)value).ToString(CultureInfo.InvariantCulture)
            : value.ToString(CultureInfo.InvariantCulture);
    }
}
