namespace Xen.Sys;

/// <summary>How a Xen was built. C origin: <c>struct xen_compile_info</c>, public/version.h.</summary>
/// <param name="Compiler">Name and version of the compiler.</param>
/// <param name="BuiltBy">The user who built it.</param>
/// <param name="Domain">The domain name of the machine that built it.</param>
/// <param name="Date">When it was built, as the builder wrote it.</param>
public readonly record struct XenCompileInfo(string Compiler, string BuiltBy, string Domain, string Date);
