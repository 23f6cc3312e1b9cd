using System;
using System.IO;
using Xen.Abi.Cli;

// The console's own writer writes through on every call.
using var output = new StreamWriter(Console.OpenStandardOutput());
return Tool.Run(args, new Shell(output, Console.Error, StandardInput.Open));
