using System.Collections.Generic;

namespace Xen.Store.Cli.Compatible;

/// <summary>A command line, taken apart.</summary>
/// <param name="Options">The options, in their order.</param>
/// <param name="Operands">What is no option, in its order.</param>
/// <param name="Complaints">What is wrong with options.</param>
internal sealed record ParsedLine(List<ParsedOption> Options, List<Word> Operands, List<Complaint> Complaints);
