using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace Xen.Sys.Tests.Control;

/// <summary>Finds the operations by reflection, so that none is without a case, or without its documentation.</summary>
public sealed class EveryControlOperationTests
{
    private static readonly MethodInfo[] Operations =
    [
        .. new[] { typeof(Domctl), typeof(Sysctl) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)),
    ];

    [Fact]
    public void Every_operation_has_a_case() => Assert.Equal(
        Operations.Select(Name).Order(StringComparer.Ordinal),
        ControlCases.All.Select(c => c.Case.Wrapper).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_operation_has_a_case_in_every_form()
    {
        var forms = ControlCases.All.Select(c => c.Case.Name).ToArray();
        foreach (var operation in Operations.Where(operation => operation.Name != nameof(Domctl.GetDomainState)))
        {
            var all = operation.DeclaringType == typeof(Domctl)
                ? ControlForms.Domctl.Select(form => ControlForms.Name(form.Version, form.Architecture))
                : ControlForms.Sysctl.Select(form => ControlForms.Name(form.Version, form.Architecture));
            Assert.All(all, form => Assert.Contains(
                forms, name => name.StartsWith($"{Name(operation)}: {form}", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Every_operation_takes_any_transport_and_says_its_header_and_its_stability()
    {
        var file = Path.ChangeExtension(typeof(IHypercallTransport).Assembly.Location, "xml");
        var members = XDocument.Load(file).Descendants("member")
            .ToLookup(member => ((string)member.Attribute("name")!).Split('(', '`')[0]);
        foreach (var operation in Operations)
        {
            Assert.Equal(typeof(HypercallResult), operation.ReturnType);
            Assert.True(operation.GetGenericArguments()[0].GenericParameterAttributes
                .HasFlag(GenericParameterAttributes.AllowByRefLike));

            var member = Assert.Single(members[$"M:Xen.Sys.{Name(operation)}"]);
            Assert.False(string.IsNullOrWhiteSpace((string?)member.Element("returns")), Name(operation));
            var remarks = member.Element("remarks")?.Value ?? "";
            Assert.Contains(", public/", remarks, StringComparison.Ordinal);
            Assert.Contains(
                operation.Name == nameof(Domctl.GetDomainState) ? "; stable." : "; for tools, so it may change.",
                remarks, StringComparison.Ordinal);
        }
    }

    private static string Name(MethodInfo operation) => $"{operation.DeclaringType!.Name}.{operation.Name}";
}
