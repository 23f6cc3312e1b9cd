using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>One <c>XenApis.txt</c>.</summary>
/// <param name="Start">Its first line.</param>
/// <param name="Requests">What it asks for.</param>
internal sealed record ApiRequestFile(LocationInfo Start, EquatableArray<ApiRequest> Requests);
