using System.Collections.Immutable;

namespace ActorMail.Storage.Addresses;

/// <summary>Where mail to an address goes.</summary>
/// <param name="Targets">No mailbox twice; empty only where <paramref name="Kind"/> says that there is none.</param>
/// <param name="Detail">What stood behind the delimiter (RFC 5233); empty if nothing was parted.</param>
public sealed record AddressMatch(AddressMatchKind Kind, ImmutableArray<AddressTarget> Targets, string Detail)
{
    public static AddressMatch NotLocal { get; } = new(AddressMatchKind.NotLocal, [], "");

    public static AddressMatch Unknown { get; } = new(AddressMatchKind.Unknown, [], "");
}
