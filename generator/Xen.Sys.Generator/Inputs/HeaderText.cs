namespace Xen.Sys.Generator.Inputs;

/// <summary>The text of one metadata file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Text">Its content.</param>
internal sealed record HeaderText(string Path, string Text);
