using Xen.Store;

namespace Xen.Testing.Store.Files;

/// <summary>The words of a store in JSON, and how deep it may be.</summary>
internal static class StoreJson
{
    internal const string Value = "value";
    internal const string Base64 = "base64";
    internal const string Permissions = "permissions";
    internal const string Children = "children";

    // A path of the greatest length has half as many names as bytes; each is two levels.
    internal const int MaximumDepth = XenStoreLimits.MaximumAbsolutePath + 8;
}
