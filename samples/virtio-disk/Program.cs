using System.CommandLine;
using System.CommandLine.Invocation;
using VirtioDisk;

var root = new RootCommand("A virtio block device backend for unmodified guests on Xen.") { ServeCommand.Create() };
var parsed = root.Parse(args);

// Signals are the serve command's own business: it ends cleanly by itself.
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Action is ParseErrorAction ? ExitCode.Usage : exitCode;
