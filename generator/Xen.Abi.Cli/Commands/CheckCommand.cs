using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Checking;
using Xen.Abi.Cli.Rendering;
using Xen.Headers;

namespace Xen.Abi.Cli.Commands;

/// <summary>Has C compilers confirm the metadata.</summary>
internal static class CheckCommand
{
    public static Command Create(Shell shell)
    {
        var headers = new Option<string>("--headers")
        {
            Description = "The folder headers/ of a checkout; by default, that of the checkout around the current folder",
            HelpName = "folder",
        };
        var compiler = new Option<string[]>("--compiler")
        {
            Description = $"Only {string.Join(" or ", CCompiler.Families)}",
            HelpName = "family",
        };
        compiler.AcceptOnly(CCompiler.Families);
        var jobs = new Option<int>("--jobs", "-j")
        {
            Description = "How many compilers run at a time",
            HelpName = "number",
            DefaultValueFactory = static _ => Environment.ProcessorCount,
        };
        jobs.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--jobs takes a number from 1");
        });
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Name everything that C cannot be asked for" };
        var shared = new SharedOptions();
        shared.Xen.Description = "A release of Xen, or a source with its release (linux-6.12); by default all";
        shared.Metadata.Description = "A metadata file to check instead of the one for its release in the checkout";
        var command = new ToolCommand(
            "check",
            "Has C compilers confirm every number of the metadata",
            "check                             # all releases, targets and compilers",
            "check --xen 4.20 --arch arm64 --compiler gcc",
            "check --metadata changed.abi -v")
        {
            headers, shared.Xen, shared.Arch, compiler, jobs, shared.Metadata, verbose,
        };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(headers) ?? Oracle.FindFolder(Environment.CurrentDirectory) ?? throw new HeaderReadException(
                HeaderError.NotFetched, "there is no checkout with headers/manifest around the current folder: name its folder with --headers");
            if (!File.Exists(Path.Combine(folder, "manifest")))
                throw new HeaderReadException([new HeaderError(HeaderError.NotFetched, folder, 0, 0, "this folder has no manifest")]);
            var oracle = new Oracle(folder, parsed.GetValue(jobs));
            IReadOnlyList<Release> releases = Choose(oracle, parsed.GetValue(shared.Metadata) ?? [], Restrictions(parsed.GetValue(shared.Xen)));
            HashSet<string> targets = [.. Restrictions(parsed.GetValue(shared.Arch)).Select(Architectures.Canonical)];
            string[] families = parsed.GetValue(compiler) ?? [];
            foreach (string unknown in targets.Except(Architectures.Of(releases)))
                throw new UnknownNameException("target", unknown, Architectures.Of(releases));
            var watch = Stopwatch.StartNew();
            IReadOnlyList<CheckResult> results = oracle.Run(
                releases,
                target => targets.Count == 0 || targets.Contains(target),
                one => families.Length == 0 || families.Contains(one.Family));
            return Report(shell, results, watch.ElapsedMilliseconds, parsed.GetValue(verbose));
        });
        return command;
    }

    private static string[] Restrictions(string[]? words) =>
        words is null || words.Contains(Architectures.All, StringComparer.OrdinalIgnoreCase) ? [] : words;

    private static IReadOnlyList<Release> Choose(Oracle oracle, string[] files, string[] names)
    {
        IReadOnlyList<Release> all = files.Length > 0 ? [.. files.Select(Metadata.ReadFile)] : [.. oracle.Releases];
        foreach (string unknown in names.Where(name => !all.Any(release => release.IsCalled(name))))
            throw new UnknownNameException("release", unknown, all.Select(static release => release.Name));
        return names.Length == 0 ? all : [.. all.Where(release => names.Any(release.IsCalled))];
    }

    private static int Report(Shell shell, IReadOnlyList<CheckResult> results, long milliseconds, bool verbose)
    {
        if (results.Count == 0)
            return shell.Fail("no compiler serves what was asked for");
        HeaderError[] failures = [.. results.SelectMany(static result => result.Failures)];
        shell.Fail(failures);
        shell.Out.Write(CheckReport.Of(results, milliseconds, verbose));
        bool complete = results.All(static result => result.Said.Unchecked.All(static missing => missing.Limit.IsAccepted));
        return failures.Length == 0 && complete ? Shell.Ok : Shell.Failed;
    }
}
