using System.IO;
using System.Linq;

namespace Xen.Headers.Reading;

/// <summary>Finds the compiler's own headers (<c>stdint.h</c>, <c>stddef.h</c>).</summary>
internal static class ClangResources
{
    private const string Packaged = "/usr/lib/llvm-14/lib/clang";

    public static string IncludeDirectory() =>
        (Directory.Exists(Packaged) ? Directory.GetDirectories(Packaged) : [])
            .Select(static version => Path.Combine(version, "include"))
            .FirstOrDefault(static include => File.Exists(Path.Combine(include, "stdint.h")))
        ?? throw new HeaderReadException(
            HeaderError.ToolMissing,
            $"the headers of clang 14 are missing below {Packaged}: install the package libclang-common-14-dev");
}
