using System;
using System.Text;
using Xen.Store.Protocol;

namespace Xen.Store.Conformance.Targets;

/// <summary>A reply, to its last byte.</summary>
/// <param name="Type">What it is.</param>
/// <param name="TransactionId">The transaction.</param>
/// <param name="Text">The payload, a character for each byte, and <c>|</c> for NUL.</param>
internal sealed record Answer(MessageType Type, uint TransactionId, string Text)
{
    /// <summary>A payload as text.</summary>
    internal static string Show(ReadOnlySpan<byte> payload) =>
        Encoding.Latin1.GetString(payload).Replace('\0', '|');
}
