using System;
using System.Collections.Generic;

namespace Xen.Testing.Scheduling;

/// <summary>Tasks that run together, and what must hold when they have ended.</summary>
/// <param name="Tasks">The tasks, which have not begun.</param>
/// <param name="Check">Throws if something is wrong at the end; null to check nothing.</param>
public sealed record Scenario(IReadOnlyList<ILogicalTask> Tasks, Action? Check = null);
