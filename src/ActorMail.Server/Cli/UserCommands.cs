using System.CommandLine;

namespace ActorMail.Server.Cli;

/// <summary>The words of <c>actormail user</c>.</summary>
internal static class UserCommands
{
    public static Command Create(ConfiguredCommands commands)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Such as bob@example.org" };
        var readsPassword = new Option<bool>("--password-stdin")
        {
            Description = "Take the password from the first line of standard input",
        };
        var add = commands.Create("add", "Add a user; asks for the password", (settings, given) =>
            new UserCommand(settings, commands.Terminal)
                .Add(given.GetRequiredValue(address), given.GetValue(readsPassword)));
        var list = commands.Create("list", "List the users: state, and what they can log in with", (settings, _) =>
            new UserCommand(settings, commands.Terminal).List());
        var passwd = commands.Create("passwd", "Change a user's password", (settings, given) =>
            new UserCommand(settings, commands.Terminal)
                .SetPassword(given.GetRequiredValue(address), given.GetValue(readsPassword)));
        var remove = commands.Create("remove", "Remove a user; mail that is there stays", (settings, given) =>
            new UserCommand(settings, commands.Terminal).Remove(given.GetRequiredValue(address)));
        var disable = commands.Create("disable", "Let nobody log in as a user; mail is taken", (settings, given) =>
            new UserCommand(settings, commands.Terminal).Disable(given.GetRequiredValue(address)));
        var enable = commands.Create("enable", "Let a user log in again", (settings, given) =>
            new UserCommand(settings, commands.Terminal).Enable(given.GetRequiredValue(address)));
        var size = new Option<string>("--size") { Description = "Octets of mail, such as 2GiB; 0: no limit; default" };
        var messages = new Option<string>("--messages") { Description = "Messages; 0: no limit; default" };
        var quota = commands.Create("quota", "Show or set how much mail a user may keep", (settings, given) =>
            new UserCommand(settings, commands.Terminal).Quota(
                given.GetRequiredValue(address), given.GetValue(size), given.GetValue(messages)));
        quota.Add(size);
        quota.Add(messages);
        foreach (var command in new[] { add, passwd, remove, disable, enable, quota })
            command.Add(address);
        foreach (var command in new[] { add, passwd })
            command.Add(readsPassword);

        return new Command("user", "Keep the users of accounts.mode = file")
        {
            add, list, passwd, remove, disable, enable, quota,
        };
    }
}
