using System.Runtime.CompilerServices;

namespace ActorMail.Fuzz;

/// <summary>What must be so whatever the input.</summary>
internal static class Property
{
    public static void Holds(
        bool condition, string what, [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
            throw new PropertyFailedException($"{what}: {expression}");
    }

    public static void Equal<T>(T expected, T found, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
            throw new PropertyFailedException($"{what}: {found} in place of {expected}");
    }
}
