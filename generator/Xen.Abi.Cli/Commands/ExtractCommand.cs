using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using Xen.Abi.Model;
using Xen.Headers;
using Xen.Headers.Reading;

namespace Xen.Abi.Cli.Commands;

/// <summary>Turns headers into metadata.</summary>
internal static class ExtractCommand
{
    private static string[] KnownTargets => [.. TargetAbi.All.Select(static target => target.Name)];

    public static Command Create(Shell shell)
    {
        var headers = new Argument<string[]>("header")
        {
            Description = "The headers, in the order in which they are included; what stands below their folders is kept too",
            Arity = ArgumentArity.OneOrMore,
        };
        var includes = new Option<string[]>("--include", "-I")
        {
            Description = "A folder to search for headers, whose own declarations are not kept; no folder of this machine is searched otherwise",
            HelpName = "folder",
        };
        var defines = new Option<string[]>("--define", "-D")
        {
            Description = "A macro to define before the headers are read",
            HelpName = "name[=value]",
        };
        var source = new Option<string>("--source")
        {
            Description = "Whose headers they are; by default, the first one's name",
            HelpName = "name",
        };
        var release = new Option<string>("--release")
        {
            Description = "Their release",
            DefaultValueFactory = static _ => "1",
        };
        var targets = new Option<string[]>("--target")
        {
            Description = $"A target to read them for: {string.Join(", ", KnownTargets)}",
            HelpName = "target",
            DefaultValueFactory = static _ => KnownTargets[..2],
        };
        var output = new Option<string>("--output", "-o") { Description = "The metadata file; by default, it is printed", HelpName = "file" };
        targets.AcceptOnly(KnownTargets);
        Require(source, "a name of letters, digits and '_'", static name => !char.IsAsciiDigit(name[0]) && name.All(IsNameLetter));
        Require(release, "a word without spaces", static word => !word.Any(char.IsWhiteSpace));
        var command = new ToolCommand(
            "extract",
            "Reads C headers with libclang and writes their ABI as metadata",
            "extract my-device.h -o my-device.abi",
            "extract ring.h control.h -I xen/include --source my-device --release 2",
            "extract my-device.h --target x86_64 --target i386 -D WITH_EXTENSIONS")
        {
            headers, includes, defines, source, release, targets, output,
        };
        command.SetAction(parsed =>
        {
            string[] files = parsed.GetRequiredValue(headers);
            HeaderError[] missing = [.. files.Where(static file => !CanBeIncluded(file)).Select(Missing)];
            if (missing.Length > 0)
                return shell.Fail(missing);
            var loose = new LooseHeaders(
                parsed.GetValue(source) ?? NameOf(files[0]), parsed.GetRequiredValue(release), files,
                parsed.GetValue(includes) ?? [], parsed.GetValue(defines) ?? []);
            HeaderReading reading = HeaderReader.Read(
                loose, [.. parsed.GetRequiredValue(targets).Distinct(StringComparer.Ordinal).Select(TargetAbi.Find)]);
            Write(shell, parsed.GetValue(output), AbiTextWriter.Write(reading.Model));
            return Shell.Ok;
        });
        return command;
    }

    /// <summary>Writes beside the file and renames, so that no one ever sees half of it.</summary>
    private static void Write(Shell shell, string? file, string text)
    {
        if (file is null)
        {
            shell.Out.Write(text);
            return;
        }

        string target = new FileInfo(file).LinkTarget is null ? file : File.ResolveLinkTarget(file, returnFinalTarget: true)!.FullName;
        string aside = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            if (OpenStream(target) is { } stream)
            {
                using var writer = new StreamWriter(stream);
                writer.Write(text);
                return;
            }

            File.WriteAllText(aside, text);
            File.Move(aside, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string cause = error.Message.Replace(aside, target, StringComparison.Ordinal);
            throw new HeaderReadException([new HeaderError(HeaderError.FileAccess, file, 0, 0, "cannot be written: " + cause)]);
        }
        finally
        {
            if (File.Exists(aside))
                File.Delete(aside);
        }
    }

    /// <summary>
    /// What nothing may take the place of: a device, a pipe. It is opened once, since the reader of a pipe takes the end of a
    /// first opening for the end of all.
    /// </summary>
    private static FileStream? OpenStream(string file)
    {
        string full = Path.GetFullPath(file);
        if (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
            return new FileStream(full, FileMode.Create, FileAccess.Write);
        if (new FileInfo(full) is not { Exists: true, Length: 0 })
            return null;
        FileStream stream = File.OpenWrite(full);
        if (!stream.CanSeek)
            return stream;
        stream.Dispose();
        return null;
    }

    private static bool CanBeIncluded(string file) => File.Exists(file) && !Path.GetFullPath(file).AsSpan().ContainsAny('"', '\n');

    private static HeaderError Missing(string file) =>
        new(HeaderError.HeaderMissing, file, 0, 0, "there is no such header");

    private static string NameOf(string header)
    {
        string name = string.Concat(Path.GetFileNameWithoutExtension(header).Select(static c => IsNameLetter(c) ? c : '_'));
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "_" + name : name;
    }

    private static bool IsNameLetter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static void Require(Option<string> option, string what, Predicate<string> holds) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is not { Length: > 0 } value || !holds(value))
            result.AddError($"{option.Name} takes {what}");
    });
}
