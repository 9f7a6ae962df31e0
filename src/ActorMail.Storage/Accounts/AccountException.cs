namespace ActorMail.Storage.Accounts;

/// <summary>A change of the accounts that was not made. The message is for the operator who asked for it.</summary>
public sealed class AccountException(string message, Exception? cause = null) : Exception(message, cause);
