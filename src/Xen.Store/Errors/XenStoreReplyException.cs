using System;
using System.Text;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <summary>The daemon refused a request.</summary>
public sealed class XenStoreReplyException : XenStoreException
{
    /// <summary>Makes one.</summary>
    /// <param name="error">Why.</param>
    /// <param name="errorName">Why, as the daemon wrote it: <c>ENOENT</c>.</param>
    /// <param name="operation">The request, in a word: <c>read</c>.</param>
    /// <param name="path">The node, or what else the request was about; null if nothing.</param>
    /// <param name="transactionId">The transaction, or 0.</param>
    public XenStoreReplyException(
        XenStoreError error, string errorName, string operation, string? path = null, uint transactionId = 0)
        : base(Describe(error, errorName, operation, path, transactionId))
    {
        Error = error;
        ErrorName = errorName;
        Operation = operation;
        Path = path;
        TransactionId = transactionId;
    }

    /// <summary>Makes one of an answer.</summary>
    /// <param name="reply">The answer, of type error.</param>
    /// <param name="type">What was asked.</param>
    /// <param name="path">The node, or what else the request was about; null if nothing.</param>
    /// <param name="transactionId">The transaction, or 0.</param>
    internal static XenStoreReplyException Of(in Message reply, MessageType type, string? path, uint transactionId) => new(
        ErrorNames.Parse(reply.Payload),
        Encoding.UTF8.GetString(reply.Payload.TrimEnd((byte)0)),
        RequestNames.Name(type),
        path,
        transactionId);

    /// <summary>Why.</summary>
    public XenStoreError Error { get; }

    /// <summary>Why, as the daemon wrote it: <c>ENOENT</c>.</summary>
    public string ErrorName { get; }

    /// <summary>The request, in a word: <c>read</c>.</summary>
    public string Operation { get; }

    /// <summary>The node, or what else the request was about; null if nothing.</summary>
    public string? Path { get; }

    /// <summary>The transaction, or 0.</summary>
    public uint TransactionId { get; }

    private static string Describe(
        XenStoreError error, string errorName, string operation, string? path, uint transactionId)
    {
        var about = path is null ? "" : $" of {path}";
        var within = transactionId == 0 ? "" : $" in transaction {transactionId}";
        var meaning = Meaning(error) is { } text ? $" ({text})" : "";
        return $"XenStore {operation}{about}{within} failed: {errorName}{meaning}";
    }

    private static string? Meaning(XenStoreError error) => error switch
    {
        XenStoreError.NotFound => "no such node",
        XenStoreError.AccessDenied => "the node's permissions do not allow it",
        XenStoreError.NotPermitted => "only the control domain may do that",
        XenStoreError.Conflict => "others changed what the transaction saw",
        XenStoreError.QuotaExceeded => "a quota of this domain is used up, or the value is too long for it",
        XenStoreError.TooBig => "more than the daemon takes or gives at once, or a quota",
        XenStoreError.NotImplemented => "this daemon has no such operation",
        XenStoreError.AlreadyExists => "there is one already",
        XenStoreError.Invalid => "the daemon finds the request malformed",
        XenStoreError.OutOfMemory => "the daemon has no memory left for this domain",
        _ => null,
    };
}
