using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>Reads <c>XenSys.json</c>; <c>XenSys.schema.json</c> describes it to editors.</summary>
internal sealed class OptionsParser
{
    /// <summary>The file to read.</summary>
    public const string FileName = "XenSys.json";

    private readonly string _path;
    private readonly SourceText _text;
    private readonly ImmutableArray<DiagnosticInfo>.Builder _errors = ImmutableArray.CreateBuilder<DiagnosticInfo>();
    private GeneratorOptions _options;

    private OptionsParser(string path, string text, GeneratorOptions defaults)
    {
        _path = path;
        _text = SourceText.From(text);
        _options = defaults;
    }

    /// <summary>Reads the options; without a file they are the defaults.</summary>
    public static OptionsResult Parse(IReadOnlyList<HeaderText> files, ProjectSettings project)
    {
        var defaults = new GeneratorOptions { AllowUnsafe = project.AllowUnsafe };
        if (project.Target is { } target)
            defaults = defaults with { Targets = ImmutableArray.Create(target), TargetsAreChosen = true };
        if (files.Count == 0)
            return new OptionsResult(defaults, default);
        var parser = new OptionsParser(files[0].Path, files[0].Text, defaults);
        parser.Read();
        return new OptionsResult(parser._options, parser._errors.ToImmutable());
    }

    private void Read()
    {
        List<JsonMember> members;
        try
        {
            members = JsonReader.Read(_text.ToString());
        }
        catch (JsonFormatException error)
        {
            Report(error.Position, error.Message);
            return;
        }

        foreach (JsonMember member in members)
            Apply(member);
    }

    private void Apply(JsonMember member)
    {
        switch (member.Name)
        {
            case "$schema":
                break;
            case "namespace" when Single(member) is { } space:
                if (space.Split('.').All(IsIdentifier))
                    _options = _options with { Namespace = space };
                else
                    Report(member.Position, "'" + space + "' is not a namespace");
                break;
            case "constantsClass" when Single(member) is { } name:
                if (IsIdentifier(name))
                    _options = _options with { ConstantsClass = name };
                else
                    Report(member.Position, "'" + name + "' is not the name of a class");
                break;
            case "visibility" when Single(member) is { } visibility:
                if (visibility is "public" or "internal")
                    _options = _options with { IsPublic = visibility == "public" };
                else
                    Report(member.Position, "'" + visibility + "' is no visibility: take public or internal");
                break;
            case "release" when Single(member) is { } release:
                _options = _options with { Release = release, ReleasePlace = PlaceOf(member.Position) };
                break;
            case "architectures" when member.Text is null:
                ReadArchitectures(member);
                break;
            case "namespace" or "constantsClass" or "visibility" or "release" or "architectures":
                break;
            default:
                Report(member.Position, "there is no option '" + member.Name
                    + "': take namespace, constantsClass, visibility, release or architectures");
                break;
        }

        if (member.Name == "architectures" && member.Text is not null)
            Report(member.Position, "'architectures' is a list: [\"" + member.Text + "\"]");
    }

    private void ReadArchitectures(JsonMember member)
    {
        var targets = new List<string>();
        foreach (string name in member.Elements!)
        {
            string? target = name switch
            {
                "x86_64" or "x64" => "x86_64",
                "arm64" or "aarch64" => "aarch64",
                _ => null,
            };
            if (target is null)
                Report(member.Position, "there are no types for '" + name + "': .NET on Xen runs on x86_64 and arm64");
            else if (!targets.Contains(target))
                targets.Add(target);
        }

        if (targets.Count == 0)
            Report(member.Position, "'architectures' names none");
        else
            _options = _options with { Targets = targets.OrderByDescending(static name => name).ToImmutableArray(), TargetsAreChosen = true };
    }

    private string? Single(JsonMember member)
    {
        if (member.Text is null)
            Report(member.Position, "'" + member.Name + "' is a single text");
        return member.Text;
    }

    private static bool IsIdentifier(string name) =>
        SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None;

    private void Report(int position, string message) =>
        _errors.Add(new DiagnosticInfo(DiagnosticDescriptors.BadOption, PlaceOf(position), ImmutableArray.Create(message)));

    private LocationInfo PlaceOf(int position)
    {
        LinePosition place = _text.Lines.GetLinePosition(Math.Min(position, _text.Length));
        return new LocationInfo(_path, place.Line, position, place.Character, 0);
    }
}
