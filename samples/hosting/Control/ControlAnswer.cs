using System;
using System.Text.Json;

namespace VirtioHosting.Control;

/// <summary>Answers one command of the tool.</summary>
/// <param name="request">The request, an object.</param>
/// <param name="json">Takes the answer: properties of an object.</param>
/// <exception cref="ControlRefusedException">The request means nothing. Nothing has been written then.</exception>
internal delegate void ControlAnswer(JsonElement request, Utf8JsonWriter json);

/// <summary>A request that is refused.</summary>
/// <param name="reason">Why, for people.</param>
internal sealed class ControlRefusedException(string reason) : Exception(reason);
