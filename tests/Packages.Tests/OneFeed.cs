[assembly: AssemblyFixture(typeof(Packages.Tests.PackageFeed))]
