using System;
using System.Collections.Generic;
using System.Text.Json;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Output;

/// <summary>Answers about paths, as one JSON object with a property per path.</summary>
internal static class JsonAnswers
{
    /// <summary>Writes it.</summary>
    public static void Write<T>(CompatibleRun run, IReadOnlyList<T> answers, Action<Utf8JsonWriter, T> write)
    {
        StoreJson.WriteDocument(run.Out, json =>
        {
            json.WriteStartObject();
            for (var i = 0; i < answers.Count; i++)
            {
                json.WritePropertyName(run.Paths[i]);
                write(json, answers[i]);
            }

            json.WriteEndObject();
        });
    }
}
