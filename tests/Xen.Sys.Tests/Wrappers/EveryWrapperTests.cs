using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>Finds the wrappers by reflection, so that none is without a case, or without its documentation.</summary>
public sealed class EveryWrapperTests
{
    // domctl and sysctl are not stable, and not a part of this layer.
    private static readonly string[] OtherLayers = ["Domctl", "Sysctl", "InterfaceVersions"];

    private static readonly IReadOnlyList<MethodInfo> Wrappers = [.. typeof(IHypercallTransport).Assembly
        .GetExportedTypes()
        .Where(type => !OtherLayers.Any(layer => type.Name.StartsWith(layer, StringComparison.Ordinal)))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(TakesTransport)];

    [Fact]
    public void Every_wrapper_has_a_case_and_every_case_a_wrapper() => Assert.Equal(
        Wrappers.Select(Key).Order(StringComparer.Ordinal),
        WrapperCases.All.Select(c => c.Wrapper).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_wrapper_returns_a_value_and_takes_any_transport()
    {
        foreach (var wrapper in Wrappers)
        {
            Assert.Equal(typeof(HypercallResult), wrapper.ReturnType);
            Assert.True(
                wrapper.GetGenericArguments()[0].GenericParameterAttributes
                    .HasFlag(GenericParameterAttributes.AllowByRefLike),
                $"{Key(wrapper)} does not take a ref struct");
        }
    }

    [Fact]
    public void Every_wrapper_says_what_it_is_what_it_returns_its_header_and_its_stability()
    {
        var file = Path.ChangeExtension(typeof(IHypercallTransport).Assembly.Location, "xml");
        var members = XDocument.Load(file).Descendants("member")
            .ToLookup(member => ((string)member.Attribute("name")!).Split('(', '`')[0]);
        foreach (var wrapper in Wrappers)
        {
            var documented = members[$"M:{wrapper.DeclaringType!.FullName}.{wrapper.Name}"].ToList();
            Assert.NotEmpty(documented);
            foreach (var member in documented)
            {
                Assert.False(string.IsNullOrWhiteSpace((string?)member.Element("summary")), Key(wrapper));
                Assert.False(string.IsNullOrWhiteSpace((string?)member.Element("returns")), Key(wrapper));
                var remarks = member.Element("remarks")?.Value ?? "";
                Assert.True(
                    remarks.Contains(", public/", StringComparison.Ordinal)
                    && (remarks.Contains("; stable.", StringComparison.Ordinal)
                        || remarks.Contains("; for tools, so it may change.", StringComparison.Ordinal)),
                    $"{Key(wrapper)} does not name its header and its stability");
            }
        }
    }

    private static bool TakesTransport(MethodInfo method) => method.IsGenericMethodDefinition
        && method.GetGenericArguments()[0].GetGenericParameterConstraints().Contains(typeof(IHypercallTransport));

    private static string Key(MethodInfo method)
    {
        var name = $"{method.DeclaringType!.Name}.{method.Name}";
        var overloads = method.DeclaringType.GetMethods().Count(other => other.Name == method.Name);
        return overloads == 1 ? name : $"{name}/{method.GetParameters().Length}";
    }
}
