namespace Internal.Runtime;

/// <summary>The compiler to native code asks for it; nothing here looks into one.</summary>
internal struct MethodTable;
