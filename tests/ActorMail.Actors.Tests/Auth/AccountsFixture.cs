namespace ActorMail.Actors.Tests.Auth;

/// <summary>A file of accounts in a folder of its own. The hashes are well-formed and nobody's.</summary>
internal sealed class AccountsFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("accounts-");

    public string FilePath => Path.Combine(_folder.FullName, "accounts");

    /// <summary>An address, or an address with the number of its hash: <c>bob@example.org 2</c>.</summary>
    public void Write(params string[] accounts)
    {
        var lines = accounts.Select(account => account.Split(' ') is [var address, var number]
            ? $"{address} argon2id={HashOf(number)}"
            : $"{account} argon2id={HashOf("0")}");
        WriteText(string.Join('\n', lines.Prepend("# actormail accounts 1")) + "\n");
    }

    /// <summary>As an editor does it: the whole file is another one.</summary>
    public void WriteText(string text)
    {
        File.WriteAllText(FilePath + ".edited", text);
        File.Move(FilePath + ".edited", FilePath, overwrite: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string HashOf(string number) =>
        $"$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$MTI{number}NDU2Nzg5MDEyMzQ1Ng";
}
