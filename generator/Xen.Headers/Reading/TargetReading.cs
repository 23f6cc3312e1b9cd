using System.Collections.Generic;
using Xen.Abi.Model;

namespace Xen.Headers.Reading;

/// <summary>What was read for one target.</summary>
internal sealed record TargetReading(
    IReadOnlyList<AbiItem> Items,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> MacrosWithoutValue);
