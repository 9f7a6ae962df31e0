namespace ActorMail.Storage.Certificates;

/// <summary>A certificate that cannot be used. The message names the file and says why, for the operator.</summary>
public sealed class CertificateException(string message, Exception? cause = null) : Exception(message, cause);
