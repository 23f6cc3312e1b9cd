using System;
using Xen.Headers;
using Xen.Headers.Refresh;

// Called by headers/refresh, which fetches the headers, shows differences and explains itself with --help.
if (args is not [var directory, var output])
{
    Console.Error.WriteLine("usage: Xen.Headers HEADERS_FOLDER OUTPUT_FOLDER");
    return 2;
}

try
{
    new MetadataRefresh(directory).Write(output, Console.Out);
    return 0;
}
catch (HeaderReadException error)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
