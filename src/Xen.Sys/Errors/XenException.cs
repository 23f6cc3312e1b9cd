using System;

namespace Xen.Sys;

/// <summary>Base of the errors that Xen, or the way to Xen, gives to the caller of this SDK.</summary>
public class XenException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Operation, object, cause and what to do.</param>
    /// <param name="innerException">The cause, if it was an exception.</param>
    public XenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
