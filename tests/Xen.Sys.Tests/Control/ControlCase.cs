using System;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <summary>One operation in one form, and the same with an interface that is not supported.</summary>
/// <param name="Case">What must go out and come back.</param>
/// <param name="CallUnsupported">Calls it with the default interface.</param>
internal sealed record ControlCase(WrapperCase Case, Func<RecordingTransport, HypercallResult> CallUnsupported);
