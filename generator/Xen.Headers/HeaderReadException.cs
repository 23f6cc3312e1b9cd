using System;
using System.Collections.Generic;
using Xen.Headers.Libclang;

namespace Xen.Headers;

/// <summary>
/// Headers that could not be read in full. Nothing is ever read in part: one unresolved include would silently change
/// types.
/// </summary>
internal sealed class HeaderReadException : Exception
{
    /// <summary>Creates the exception from all errors found, of which there is at least one.</summary>
    public HeaderReadException(IReadOnlyList<HeaderError> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>Creates the exception for one error that has no place.</summary>
    public HeaderReadException(string code, string text, Exception? cause = null)
        : base(text, cause) => Errors = [new HeaderError(code, text)];

    /// <summary>Creates the exception for a declaration that the metadata cannot express.</summary>
    public HeaderReadException(SourcePlace place, string text)
        : this([new HeaderError(HeaderError.Unsupported, place.Path, place.Line, place.Column, text)])
    {
    }

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<HeaderError> Errors { get; }
}
