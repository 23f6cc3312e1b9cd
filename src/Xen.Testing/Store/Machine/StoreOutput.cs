using System;

namespace Xen.Testing.Store.Machine;

/// <summary>A message that the store sends.</summary>
/// <param name="Connection">To whom.</param>
/// <param name="Message">A header and a payload.</param>
public readonly record struct StoreOutput(int Connection, ReadOnlyMemory<byte> Message);
