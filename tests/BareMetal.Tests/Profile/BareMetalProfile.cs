using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace BareMetal.Tests.Profile;

/// <summary>What code for a domain without a runtime must not do, found in its IL.</summary>
/// <remarks>
/// Left out are ToString, GetHashCode and Equals(object), and what the compiler adds to records for them (PrintMembers): they
/// are reached through boxed values only, which there are none of; and if one were called, the image would not link.
/// </remarks>
internal sealed class BareMetalProfile(MetadataReader metadata)
{
    private static readonly string[] OfObjects = ["ToString", "GetHashCode", "PrintMembers"];

    /// <summary>Checks the methods of an assembly.</summary>
    /// <param name="assembly">Its file.</param>
    /// <param name="belongs">Which types, by namespace and name.</param>
    /// <param name="methods">How many methods have been looked at.</param>
    /// <returns>One text for each breach; it names the method.</returns>
    internal static IReadOnlyList<string> Check(string assembly, Func<string, string, bool> belongs, out int methods)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var profile = new BareMetalProfile(metadata);
        var bodies = metadata.TypeDefinitions
            .Select(metadata.GetTypeDefinition)
            .Where(type => profile.Belongs(type, belongs))
            .SelectMany(type => type.GetMethods())
            .Select(metadata.GetMethodDefinition)
            .Where(method => !profile.IsOfObjects(method))
            .ToList();
        methods = bodies.Count;
        return [.. bodies.SelectMany(method => profile.Breaches(file, method))];
    }

    private bool Belongs(TypeDefinition type, Func<string, string, bool> belongs)
    {
        while (type.IsNested)
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return belongs(metadata.GetString(type.Namespace), metadata.GetString(type.Name));
    }

    private bool IsOfObjects(MethodDefinition method)
    {
        var name = metadata.GetString(method.Name);
        var takesObject = metadata.GetBlobBytes(method.Signature) is [_, 1, (byte)SignatureTypeCode.Boolean, 0x1c];
        return OfObjects.Contains(name) || (name == "Equals" && takesObject);
    }

    private IEnumerable<string> Breaches(PEReader file, MethodDefinition method)
    {
        var name = $"{NameOf(method.GetDeclaringType())}.{metadata.GetString(method.Name)}";
        if (name.EndsWith("..cctor", StringComparison.Ordinal))
            yield return $"{name}: a static has to be initialised when the program runs";
        if (method.RelativeVirtualAddress == 0)
            yield break;

        var body = file.GetMethodBody(method.RelativeVirtualAddress);
        foreach (var region in body.ExceptionRegions)
        {
            if (region.Kind is ExceptionRegionKind.Catch or ExceptionRegionKind.Filter)
                yield return $"{name}: catches";
        }

        var previous = OpCodes.Nop;
        foreach (var (code, token) in Instructions(body.GetILBytes()!))
        {
            if (previous == OpCodes.Box && !IsBranch(code))
                yield return $"{name}: boxes a value (box)";
            if (Breach(code, token, previous == OpCodes.Constrained) is { } breach)
                yield return $"{name}: {breach}";
            previous = code;
        }
    }

    // A box that is only compared with null is how the compiler asks whether a type parameter is a value: none is made.
    private static bool IsBranch(OpCode code) => code == OpCodes.Brtrue || code == OpCodes.Brtrue_S
        || code == OpCodes.Brfalse || code == OpCodes.Brfalse_S;

    private string? Breach(OpCode code, int token, bool isConstrained)
    {
        if (code == OpCodes.Newarr)
            return "makes an array (newarr)";
        if (code == OpCodes.Throw || code == OpCodes.Rethrow)
            return "throws (throw)";
        if (code == OpCodes.Newobj && !IsValueType(TypeOf(token)))
            return $"makes an object of {NameOf(TypeOf(token))} (newobj)";
        if (code == OpCodes.Callvirt && !isConstrained && IsInterface(TypeOf(token)))
            return $"calls through the interface {NameOf(TypeOf(token))} (callvirt)";
        return null;
    }

    private static IEnumerable<(OpCode Code, int Token)> Instructions(byte[] body)
    {
        for (var position = 0; position < body.Length;)
        {
            var value = (short)body[position++];
            if (value == 0xfe)
                value = (short)((value << 8) | body[position++]);
            var code = KnownCodes[value];
            var token = code.OperandType is OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok
                ? BitConverter.ToInt32(body, position)
                : 0;
            position += OperandSize(code, body, position);
            yield return (code, token);
        }
    }

    private static int OperandSize(OpCode code, byte[] body, int position) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(body, position)),
        _ => 4,
    };

    private static Dictionary<short, OpCode> KnownCodes { get; } = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    // The type that a method belongs to.
    private EntityHandle TypeOf(int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        if (handle.Kind == HandleKind.MethodSpecification)
            handle = metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        return handle.Kind switch
        {
            HandleKind.MethodDefinition => metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType(),
            HandleKind.MemberReference => metadata.GetMemberReference((MemberReferenceHandle)handle).Parent,
            _ => handle,
        };
    }

    // From an instance of a generic type to the type; arrays and the like have none.
    private EntityHandle Definition(EntityHandle type, out bool isClass)
    {
        isClass = true;
        if (type.Kind != HandleKind.TypeSpecification)
            return type;

        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return default;

        isClass = signature.ReadCompressedInteger() == (int)SignatureTypeKind.Class;
        return signature.ReadTypeHandle();
    }

    private bool IsValueType(EntityHandle type)
    {
        var definition = Definition(type, out var isClass);
        if (definition.Kind != HandleKind.TypeDefinition)
            return !isClass;

        var parent = metadata.GetTypeDefinition((TypeDefinitionHandle)definition).BaseType;
        return !parent.IsNil && NameOf(parent) is "System.ValueType" or "System.Enum";
    }

    private bool IsInterface(EntityHandle type)
    {
        var definition = Definition(type, out _);
        return definition.Kind switch
        {
            HandleKind.TypeDefinition => metadata.GetTypeDefinition((TypeDefinitionHandle)definition).Attributes
                .HasFlag(TypeAttributes.Interface),
            HandleKind.TypeReference => Type.GetType(NameOf(definition))?.IsInterface ?? false,
            _ => false,
        };
    }

    private string NameOf(EntityHandle type)
    {
        var definition = Definition(type, out _);
        return definition.Kind switch
        {
            HandleKind.TypeDefinition => NameOf((TypeDefinitionHandle)definition),
            HandleKind.TypeReference => NameOf(metadata.GetTypeReference((TypeReferenceHandle)definition)),
            _ => "an array",
        };
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name);
        return type.IsNested
            ? $"{NameOf(type.GetDeclaringType())}.{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private string NameOf(TypeReference type) => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
}
