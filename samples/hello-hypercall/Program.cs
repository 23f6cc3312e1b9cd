using System;
using System.CommandLine;
using System.CommandLine.Invocation;
using HelloHypercall;
using Xen.Privcmd;

var json = new Option<bool>("--json") { Description = "Print JSON instead of text." };
var root = new RootCommand(
    "Says what this machine offers to programs that talk to Xen, makes a hypercall, and lists the domains.\n"
    + "Exit codes: 0 hypercalls can be made, 1 they cannot, 2 wrong command line.") { json };
root.SetAction(result =>
{
    var report = XenHost.Probe();
    var greeting = Greeting.Exchange(report);
    if (result.GetValue(json))
        ReportJson.Write(Console.OpenStandardOutput(), report, greeting);
    else
        ReportText.Write(Console.Out, report, greeting);
    return greeting.IsAnswered ? ExitCode.Usable : ExitCode.Unusable;
});

var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync();
return parsed.Action is ParseErrorAction ? ExitCode.Usage : exitCode;
