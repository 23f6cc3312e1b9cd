using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;
using Xen.Sys;

namespace Xen.Store.Tests.Lab;

/// <summary>Makes real domains, by xl.</summary>
internal static class Toolstack
{
    private const string Guest = "/lab/guest/paused.cfg";
    private const string Name = "paused";

    /// <summary>Makes a guest that never runs.</summary>
    internal static async Task<DomainId> CreateAsync()
    {
        await RunAsync("create", "-q", "-p", Guest);
        return new DomainId(ushort.Parse(await RunAsync("domid", Name), CultureInfo.InvariantCulture));
    }

    /// <summary>Ends it.</summary>
    internal static Task DestroyAsync() => RunAsync("destroy", Name);

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("xl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var xl = Process.Start(start)!;
        var output = xl.StandardOutput.ReadToEndAsync();
        var errors = xl.StandardError.ReadToEndAsync();
        await xl.WaitForExitAsync().Soon();
        Assert.True(xl.ExitCode == 0, $"xl {string.Join(' ', arguments)}: {await errors}");
        return (await output).Trim();
    }
}
