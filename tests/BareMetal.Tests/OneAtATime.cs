// Each of these tests wants the machine for itself, and all of them build with the same generator.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
