using System.CommandLine;
using Xen.Abi.Cli.Commands;

return new RootCommand("Lists, shows, compares and decodes the structures of Xen's interfaces.")
{
    RefreshCommand.Create(),
}.Parse(args).Invoke();
