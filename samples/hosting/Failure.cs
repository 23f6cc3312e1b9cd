using System;
using System.IO;
using System.Net.Sockets;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting;

/// <summary>What is to be said about an exception, and how the program is to end.</summary>
internal static class Failure
{
    /// <summary>The exit code and the message of an exception; no code if it is a mistake of this program.</summary>
    internal static (int? Code, string Message) Of(Exception error) => error switch
    {
        ToolException tool => (tool.Code, tool.Message),
        UsageException => (ExitCode.Usage, error.Message),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted"),
        XenStoreConnectException { IsDenied: true } => (ExitCode.Denied, error.Message),
        XenStoreConnectException or XenStoreDisconnectedException => (ExitCode.NotRunning, error.Message),
        XenStoreReplyException { Error: XenStoreError.AccessDenied or XenStoreError.NotPermitted } =>
            (ExitCode.Denied, error.Message),
        XenStoreTimeoutException or XenStoreConflictException => (ExitCode.Timeout, error.Message),
        XenException or IOException or SocketException => (ExitCode.Failure, error.Message),
        UnauthorizedAccessException => (ExitCode.Denied, error.Message),
        _ => (null, $"this is a mistake in this program, please report it: {error.GetType().Name}: {error.Message}"),
    };
}
