using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace Xen.Sys.Generator.Tests;

/// <summary>Generated types, compiled and loaded.</summary>
internal sealed class LoadedTypes : IDisposable
{
    private readonly AssemblyLoadContext _context = new("generated", isCollectible: true);
    private readonly Assembly _assembly;

    public LoadedTypes(GeneratorRun run)
    {
        using var image = new MemoryStream();
        Assert.True(run.Compiles().Output.Emit(image).Success);
        image.Position = 0;
        _assembly = _context.LoadFromStream(image);
    }

    public Type Type(string name) => _assembly.GetType(name, throwOnError: true)!;

    /// <summary>The size that the runtime gives a type.</summary>
    public int SizeOf(string name) => (int)typeof(System.Runtime.CompilerServices.Unsafe)
        .GetMethod(nameof(System.Runtime.CompilerServices.Unsafe.SizeOf))!.MakeGenericMethod(Type(name)).Invoke(null, null)!;

    public void Dispose() => _context.Unload();
}
