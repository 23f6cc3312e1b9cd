using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace Xen.Abi.Cli.Tests;

/// <summary>The tool once more, loaded apart, on a machine that has no libclang.</summary>
internal sealed class ToolWithoutLibclang : AssemblyLoadContext
{
    private static readonly string[] Own = ["xen-abi", "Xen.Headers"];

    private ToolWithoutLibclang()
        : base(nameof(ToolWithoutLibclang), isCollectible: true)
    {
    }

    /// <summary>Runs a command line.</summary>
    public static (int Code, string Error) Run(params string[] args)
    {
        var context = new ToolWithoutLibclang();
        Assembly assembly = context.LoadFromAssemblyPath(PathOf("xen-abi"));
        var error = new StringWriter { NewLine = "\n" };
        object shell = Activator.CreateInstance(
            assembly.GetType("Xen.Abi.Cli.Shell")!, TextWriter.Null, error, new Func<Stream>(static () => Stream.Null))!;
        MethodInfo run = assembly.GetType("Xen.Abi.Cli.Tool")!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!;
        int code = (int)run.Invoke(null, [args, shell])!;
        context.Unload();
        return (code, error.ToString());
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        Array.IndexOf(Own, assemblyName.Name) >= 0 ? LoadFromAssemblyPath(PathOf(assemblyName.Name!)) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        unmanagedDllName.StartsWith("libclang", StringComparison.Ordinal)
            ? throw new DllNotFoundException(unmanagedDllName)
            : base.LoadUnmanagedDll(unmanagedDllName);

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
}
