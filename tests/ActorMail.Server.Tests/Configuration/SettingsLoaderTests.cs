namespace ActorMail.Server.Tests.Configuration;

public sealed class SettingsLoaderTests : SettingsFixture
{
    [Fact]
    public void A_later_source_wins_over_an_earlier_one()
    {
        Write("one.hocon", "actormail.smtp { max-recipients = 101, max-errors = 101, max-commands = 101 }");
        Write("two.hocon", "actormail.smtp { max-errors = 102, max-commands = 102 }");
        var sources = Sources("actormail.smtp.max-line-length=1000", "actormail.smtp.max-line-length=1004") with
        {
            Files = ["one.hocon", "two.hocon"],
            Environment =
            [
                new("ACTORMAIL__SMTP__MAX_COMMANDS", "103"),
                new("ACTORMAIL__SMTP__MAX_LINE_LENGTH", "1003"),
            ],
        };

        var smtp = Accept(sources).Smtp;

        Assert.Equal(101, smtp.MaxRecipients);
        Assert.Equal(102, smtp.Session.MaxErrors);
        Assert.Equal(103, smtp.Session.MaxCommands);
        Assert.Equal(1004, smtp.MaxLineLength);
        Assert.Equal(100, smtp.MaxReceivedFields);
    }

    [Fact]
    public void A_variable_names_its_key_with_two_underscores_for_a_dot_and_one_for_a_hyphen()
    {
        var sources = Sources() with
        {
            Environment =
            [
                new("ACTORMAIL__SMTP__LISTEN", "127.0.0.1:2500,[::1]:2500"),
                new("ACTORMAIL__DEFAULT_DOMAIN", "example.org"),
                new("ACTORMAIL_HOME", "not ours"),
                new("PATH", "/bin"),
            ],
        };

        var settings = Accept(sources);

        Assert.Equal(["127.0.0.1:2500", "[::1]:2500"], settings.SmtpListeners.Select(one => one.ToString()));
        Assert.Equal("example.org", settings.Recipients.DefaultDomain);
    }

    [Theory]
    [InlineData("actormail.smtp.listen=127.0.0.1:2525,[::1]:2525", "127.0.0.1:2525 [::1]:2525")]
    [InlineData("actormail.smtp.listen=[::1]:0", "[::1]:0")]
    [InlineData("actormail.smtp.listen= 127.0.0.1:0 , [::1]:0 ", "127.0.0.1:0 [::1]:0")]
    [InlineData("actormail.smtp.listen=localhost:25", "127.0.0.1:25 [::1]:25")]
    [InlineData("actormail.smtp.listen=", "")]
    public void A_list_is_set_with_commas_and_without_quotes(string assignment, string expected) =>
        Assert.Equal(expected, string.Join(' ', Accept(assignment).SmtpListeners));

    [Fact]
    public void A_list_in_a_file_may_be_a_list_or_one_text()
    {
        Write("list.hocon", "actormail.domains = [\"a.example\", b.example]");
        Write("text.hocon", "actormail.domains = Example.ORG");

        var list = Accept(Sources() with { Files = ["list.hocon"] }).Recipients;
        var text = Accept(Sources() with { Files = ["text.hocon"] }).Recipients;

        Assert.Equal<string>(["a.example", "b.example"], list.Domains);
        Assert.Equal<string>(["example.org"], text.Domains);
    }

    [Fact]
    public void All_faults_of_all_sources_are_reported_at_once()
    {
        Write("broken.hocon", "actormail {\n  smtp.listen = [::1]:0\n");
        Write("wrong.hocon", "actormail {\n  smtp.strict = perhaps\n  smpt {\n    listen = x\n  }\n}\n");
        var sources = Sources("actormail.log.level=loud", "actormail.nonsense=1") with
        {
            Files = ["broken.hocon", "wrong.hocon", "absent.hocon"],
            Environment = [new("ACTORMAIL__POP3__IDLE_TIMEOUT", "ten")],
        };

        Assert.Equal(
            [
                "broken.hocon:2: actormail.smtp.listen: an IPv6 address needs double quotes: [\"[::1]:0\"]",
                "broken.hocon:1: the { of actormail is never closed",
                "wrong.hocon:3: actormail.smpt: unknown setting; did you mean actormail.smtp?",
                "absent.hocon: no such file",
                "--set: actormail.nonsense: unknown setting",
                "wrong.hocon:2: actormail.smtp.strict: expected on or off, found 'perhaps'",
                "ACTORMAIL__POP3__IDLE_TIMEOUT: actormail.pop3.idle-timeout: expected a duration from 10ms to 1d "
                    + "with its unit, such as 500ms, 5s or 10m, found 'ten'",
                "--set: actormail.log.level: expected one of verbose, debug, information, warning, error, fatal, "
                    + "found 'loud'",
            ],
            Refuse(sources));
    }

    [Theory]
    [InlineData("actormail.smtp.lisen=x",
        "--set: actormail.smtp.lisen: unknown setting; did you mean actormail.smtp.listen?")]
    [InlineData("smtp.listen=x", "--set: smtp.listen: unknown setting; did you mean actormail.smtp.listen?")]
    [InlineData("actormail.smtp=x", "--set: actormail.smtp: is a group of settings, not one with a value")]
    [InlineData("akka.loglevel=DEBUG", "--set: akka.loglevel: settings of Akka stand in a file given with --config")]
    [InlineData("nothing", "--set: expected PATH=VALUE, found 'nothing'")]
    [InlineData("actormail.smtp.max-recipients=-1",
        "--set: actormail.smtp.max-recipients: expected a whole number from 1 to 100000, found '-1'")]
    [InlineData("actormail.smtp.max-recipients=1e3",
        "--set: actormail.smtp.max-recipients: expected a whole number from 1 to 100000, found '1e3'")]
    [InlineData("actormail.smtp.max-line-length=511",
        "--set: actormail.smtp.max-line-length: expected a whole number from 512 to 65536, found '511'")]
    [InlineData("actormail.smtp.max-message-size=lots",
        "--set: actormail.smtp.max-message-size: expected a size from 1KiB to 1GiB, such as 64KiB, found 'lots'")]
    [InlineData("actormail.drain-timeout=5",
        "--set: actormail.drain-timeout: expected a duration from 0s to 10m with its unit, such as 500ms, 5s or 10m, "
        + "found '5'")]
    [InlineData("actormail.profile=v2", "--set: actormail.profile: expected one of default, basic, found 'v2'")]
    [InlineData("actormail.accounts.mode=closed",
        "--set: actormail.accounts.mode: expected one of auto, open, file, found 'closed'")]
    [InlineData("actormail.data=", "--set: actormail.data: a path is missing")]
    [InlineData("actormail.ports-file=a\0b",
        "--set: actormail.ports-file: expected text without control characters, found 'a\\u0000b'")]
    [InlineData("actormail.smtp.listen=*:25",
        "--set: actormail.smtp.listen: expected address:port, such as 127.0.0.1:2525, [::1]:2525 or localhost:2525; "
        + "found '*:25'")]
    public void A_fault_says_where_it_is_and_what_was_expected(string assignment, string fault) =>
        Assert.Equal([fault], Refuse(assignment));

    [Fact]
    public void A_group_and_a_value_cannot_take_each_others_place()
    {
        Write("my.hocon", "actormail {\n  pop3 = on\n  log.level { x = 1 }\n  data = [a, b]\n}\nsmtp { listen = x }\n");

        Assert.Equal(
            [
                "my.hocon:2: actormail.pop3: is a group of settings, not one with a value",
                "my.hocon:3: actormail.log.level: takes a value, not a group in braces",
                "my.hocon:6: smtp: unknown setting; did you mean actormail.smtp?",
                "my.hocon:4: actormail.data: expected one value, not a list, found 'a,b'",
            ],
            Refuse(Sources() with { Files = ["my.hocon"] }));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_fault_and_no_exception()
    {
        Directory.CreateDirectory(Path.Join(Folder, "folder"));
        File.WriteAllBytes(Path.Join(Folder, "latin1"), [(byte)'a', (byte)'=', 0xE9]);
        Write("huge", new string('#', 1024 * 1024 + 1));

        Assert.Equal(
            [
                "folder: is a folder; --config takes a file",
                "latin1: is not UTF-8 text",
                "huge: is larger than 1 MiB; is it a settings file?",
                "gone/x: no such file",
            ],
            Refuse(Sources() with { Files = ["folder", "latin1", "huge", "gone/x"] }));
    }

    [Fact]
    public void Relative_paths_begin_at_the_working_folder()
    {
        Directory.CreateDirectory(Path.Join(Folder, "etc"));
        Write("etc/my.hocon", "actormail { data = mails, ports-file = ports, log.file = logs/mail.log }");

        var settings = Accept(Sources() with { Files = ["etc/my.hocon"] });

        Assert.Equal(Path.Join(Folder, "mails"), settings.DataFolder);
        Assert.Equal(Path.Join(Folder, "mails", "accounts"), settings.AccountsFile);
        Assert.Equal(Path.Join(Folder, "ports"), settings.PortsFile);
        Assert.Equal(Path.Join(Folder, "logs", "mail.log"), settings.Log.File);
    }

    [Fact]
    public void The_akka_sections_go_to_akka_and_the_last_file_wins()
    {
        Write("one.hocon", "akka { loglevel = DEBUG, stdout-loglevel = OFF }");
        Write("two.hocon", "akka.loglevel = WARNING\nactormail.smtp.max-errors = 7");

        var settings = Accept(Sources() with { Files = ["one.hocon", "two.hocon"] });

        Assert.Equal("WARNING", settings.Akka.GetString("akka.loglevel"));
        Assert.Equal("OFF", settings.Akka.GetString("akka.stdout-loglevel"));
        Assert.Equal(7, settings.Smtp.Session.MaxErrors);
    }

    [Fact]
    public void A_cluster_is_not_switched_on_in_silence()
    {
        Write("my.hocon", "akka {\n  actor.provider = cluster\n  remote.dot-netty.tcp.port = 1\n}\n");

        Assert.Equal(
            [
                "my.hocon:2: akka.actor.provider: expected local, found 'cluster': this version runs on one node",
                "my.hocon:3: akka.remote.dot-netty.tcp.port: not available: this version runs on one node",
            ],
            Refuse(Sources() with { Files = ["my.hocon"] }));
    }

    [Fact]
    public void Only_what_differs_from_the_reference_is_a_change()
    {
        var changes = Accept("actormail.smtp.max-errors=100", "actormail.smtp.max-recipients=200", "actormail.data=d")
            .Changes;

        Assert.Equal(
            ["actormail.data = d", "actormail.smtp.max-recipients = 200"],
            changes.Select(change => $"{change.Key} = {change.Value.Text}"));
    }

    [Fact]
    public void What_a_broken_file_may_have_said_is_not_held_against_the_others()
    {
        Write("my.hocon", "actormail.domains = [example.org");

        Assert.Equal(
            ["my.hocon:1: the [ of actormail.domains is never closed"],
            Refuse(Sources("actormail.smtp.listen=0.0.0.0:25") with { Files = ["my.hocon"] }));
    }
}
