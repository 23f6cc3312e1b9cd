using System;
using System.IO;
using System.Linq;

namespace Xen.Store.Tests.Protocol;

/// <summary>The protocol's code takes spans and gives values.</summary>
public sealed class PurityTests
{
    private static readonly string[] s_impure =
    [
        "System.Net", "Socket", "System.Threading", "Task", "async ", "await ", "Thread", "System.IO", "Stream", "File",
        "DateTime", "Stopwatch", "TimeProvider", "Environment.", "Random", "ILogger", "Microsoft.Extensions",
        "System.Diagnostics.", "Console", "DllImport", "LibraryImport", "unsafe", "lock (",
    ];

    [Fact]
    public void Protocol_uses_no_sockets_tasks_clocks_or_logs()
    {
        var files = Directory.GetFiles(RepositoryRoot.Combine("src", "Xen.Store", "Protocol"), "*.cs");
        Assert.True(files.Length > 10);
        foreach (var file in files)
        {
            // The one attribute that says why a rule does not hold is of diagnostics.
            var code = File.ReadLines(file)
                .Where(static line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .Where(static line => line != "using System.Diagnostics.CodeAnalysis;");
            var text = string.Join('\n', code);
            Assert.All(s_impure, word => Assert.False(
                text.Contains(word, StringComparison.Ordinal), $"{Path.GetFileName(file)} has '{word}'"));
        }
    }
}
