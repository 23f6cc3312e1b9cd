using System;
using System.IO;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli;

/// <summary>What is to be said about an exception, and how the tool is to end.</summary>
internal static class Failure
{
    /// <summary>The exit code and the message of an exception; no code if it is a mistake of this tool.</summary>
    public static (int? Code, string Message) Of(Exception error) => error switch
    {
        StoreFailureException failure => (failure.Code, failure.Message),
        OutputClosedException => (ExitCode.OutputClosed, ""),
        OperationCanceledException => (ExitCode.Interrupted, ""),
        XenStoreReplyException reply => (Code(reply.Error), Message(reply)),
        XenStoreConnectException { IsDenied: true } => (ExitCode.Denied, error.Message),
        XenStoreConnectException or XenStoreDisconnectedException => (ExitCode.NoStore, error.Message),
        XenStoreConflictException or XenStoreTimeoutException => (ExitCode.Conflict, $"{error.Message}; try again"),
        XenStoreException => (ExitCode.Failed, error.Message),
        ArgumentException => (ExitCode.Failed, FirstLine(error.Message)),
        UnauthorizedAccessException => (ExitCode.Denied, error.Message),
        IOException => (ExitCode.Failed, error.Message),
        _ => (null, error.Message),
    };

    private static int Code(XenStoreError error) => error switch
    {
        XenStoreError.AccessDenied or XenStoreError.NotPermitted => ExitCode.Denied,
        XenStoreError.Conflict => ExitCode.Conflict,
        _ => ExitCode.Failed,
    };

    private static string Message(XenStoreReplyException reply)
    {
        var advice = reply.Error switch
        {
            XenStoreError.NotFound => "; 'xenstore ls' of a parent shows what is there",
            XenStoreError.AccessDenied => "; 'xenstore ls -p' of its parent shows who may",
            XenStoreError.QuotaExceeded => "; remove nodes, or write shorter values",
            XenStoreError.Invalid => "; a path has the characters A-Z a-z 0-9 - / _ @ only, and does not end with a slash",
            XenStoreError.AlreadyExists => "; name it once",
            _ => "",
        };
        return reply.Message + advice;
    }

    // The second line names the parameter of a method.
    private static string FirstLine(string message)
    {
        var text = message.Split('\n')[0];
        var parameter = text.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return parameter < 0 ? text : text[..parameter];
    }
}
