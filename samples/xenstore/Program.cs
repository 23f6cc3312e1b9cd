using System;
using System.Threading;
using Xen.Store.Cli;
using Xen.Store.Cli.Output;

var output = new DataWriter(new StandardOutput());
var shell = new Shell(
    output,
    Console.Error,
    Console.OpenStandardInput,
    StandardOutput.Columns,
    Environment.GetEnvironmentVariable,
    CancellationToken.None);
return await Tool.RunAsync(CalledAs.Find(args), shell);
