using System.CommandLine;
using VirtioDisk;

var root = new RootCommand("A virtio block device backend for unmodified guests on Xen.") { ServeCommand.Create() };

// Signals are the serve command's own business: it drains before it ends.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await root.Parse(args).InvokeAsync(invocation);
