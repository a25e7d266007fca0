using NUnit.Framework;

// Each test has a sandbox of its own, and waits for most of its time: two fixtures at a time fill two cores.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
