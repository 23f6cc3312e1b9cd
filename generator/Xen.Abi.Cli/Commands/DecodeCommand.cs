using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Decoding;
using Xen.Abi.Cli.Rendering;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Commands;

/// <summary>Shows the values that bytes hold.</summary>
internal static class DecodeCommand
{
    private static string[] Formats { get; } = [.. Enum.GetNames<DumpFormat>().Select(static name => name.ToLowerInvariant())];

    public static Command Create(Shell shell)
    {
        var name = new Argument<string>("name") { Description = "The C name of a structure, union or other type" };
        var file = new Argument<string?>("file")
        {
            Description = "The bytes, or a dump of them; by default the standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var format = new Option<string>("--format")
        {
            Description = "raw, xxd, hexdump (-C), or hex; by default found out",
            HelpName = "format",
            DefaultValueFactory = static _ => Formats[0],
        };
        format.AcceptOnly(Formats);
        var at = new Option<string>("--at") { Description = "Where in the bytes it starts, in decimal or after 0x", HelpName = "offset" };
        at.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && Offset(result.Tokens[0].Value) is null)
                result.AddError("--at takes a number, in decimal or after 0x");
        });
        var shared = new SharedOptions();
        shared.Arch.Description = "x86_64 (amd64), aarch64 (arm64), i386 or armv7 (arm); by default the first of them that has the type";
        var command = new ToolCommand(
            "decode",
            "Shows the values that bytes hold",
            "decode ioreq page.bin",
            "decode ioreq page.bin --at 0x20   # of the second vCPU",
            "xxd start_info.bin | xen-abi decode hvm_start_info --json",
            "decode xen_domctl --xen 4.17 --arch arm64 dump.txt --format hexdump")
        {
            name, file, format, at,
        };
        shared.AddTo(command);
        command.SetAction(parsed =>
        {
            Selection selection = shared.Select(parsed);
            string wanted = CName.Split([parsed.GetRequiredValue(name)]).Name;
            if (selection.Find(wanted) is not [var scope, ..])
                throw selection.Unknown(wanted);
            if (TypeOf(scope, wanted) is not { } type || scope.SizeOf(type) is not { } size)
                return shell.Fail($"'{wanted}' is no type that has a size");
            byte[] data = Read(shell, parsed.GetValue(file), Enum.Parse<DumpFormat>(parsed.GetRequiredValue(format), ignoreCase: true));
            data = data[(int)Math.Min(data.Length, Offset(parsed.GetValue(at) ?? "0") ?? 0)..];
            if (parsed.GetValue(shared.Json))
                shell.Out.Write(Json(scope, wanted, type, size, data));
            else
                Text(shell, scope, wanted, type, size, data);
            return size <= data.Length ? Shell.Ok : shell.Fail($"{size - data.Length} of {size} bytes are missing");
        });
        return command;
    }

    private static void Text(Shell shell, Scope scope, string name, AbiType type, long size, byte[] data)
    {
        shell.Out.Write($"/* {type}, {scope.Release.FullName}, {scope.Target}: {size} bytes */\n");
        Decode(new ValueDecoder(scope, data, new ValueText(shell.Out)), scope, name, type);
        if (data.Length > size)
            shell.Error.WriteLine($"xen-abi: {data.Length - size} more bytes follow");
    }

    private static string Json(Scope scope, string name, AbiType type, long size, byte[] data) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", type.ToString());
        json.WriteString("xen", scope.Release.Name);
        json.WriteString("arch", scope.Target);
        json.WriteNumber("size", size);
        json.WriteNumber("missingBytes", Math.Max(0, size - data.Length));
        json.WriteStartArray("fields");
        Decode(new ValueDecoder(scope, data, new ValueJson(json)), scope, name, type);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Decode(ValueDecoder decoder, Scope scope, string name, AbiType type)
    {
        if (scope.Record(type) is { } record)
            decoder.Decode(record);
        else
            decoder.Decode(name, type);
    }

    private static AbiType? TypeOf(Scope scope, string name) => scope.Find(name).Select(static item => item switch
    {
        AbiRecord record => AbiType.Named(record.IsUnion ? AbiTypeKind.Union : AbiTypeKind.Struct, record.Name),
        AbiEnum => AbiType.Named(AbiTypeKind.Enum, item.Name),
        AbiTypedef typedef => typedef.Type,
        _ => null,
    }).FirstOrDefault(static type => type is not null);

    private static byte[] Read(Shell shell, string? file, DumpFormat format)
    {
        using Stream stream = file is null or "-" ? shell.OpenInput() : File.OpenRead(file);
        return DumpReader.Read(stream, format, file is null or "-" ? "input" : file);
    }

    private static long? Offset(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(
            hex ? text[2..] : text, hex ? System.Globalization.NumberStyles.AllowHexSpecifier : System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out long offset) && offset >= 0 ? offset : null;
    }
}
