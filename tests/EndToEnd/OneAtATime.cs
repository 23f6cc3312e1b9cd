// Each of these tests wants the machine for itself, and several build the same program.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
