namespace EndToEnd;

/// <summary>Tests that want the machine for themselves. The others come first, two at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    internal const string Name = "alone";
}
