using System.IO;

namespace Xen.Store.Cli.Output;

/// <summary>Nobody reads what a command prints any more, as behind <c>| head</c>.</summary>
internal sealed class OutputClosedException() : IOException("the output is closed");
