namespace Xen.Testing.Recording;

/// <summary>A word in a buffer that leads into a buffer.</summary>
/// <param name="Offset">Where the word is.</param>
/// <param name="Buffer">Which buffer of the call it leads to.</param>
/// <param name="Target">Where in that one.</param>
internal readonly record struct RecordedPointer(int Offset, int Buffer, int Target);
