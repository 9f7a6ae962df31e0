namespace ActorMail.Protocols.Pop3;

/// <summary>The sentences in French, for who asked by LANG (RFC 6856 §3).</summary>
internal sealed class FrenchPhrases : Pop3Phrases
{
    public override string Tag => "fr";

    public override string Name => "Français";

    public override string Ready => "Serveur POP3 prêt";

    public override string BeginTls => "Commencez la négociation TLS";

    public override string TlsInUse => "TLS est déjà en place";

    public override string NoTls => "TLS n'est pas disponible ici";

    public override string TlsBeforeLogin => "STLS doit précéder l'identification";

    public override string TlsBeforeUtf8 => "STLS doit précéder UTF8";

    public override string TlsFirst => "Pas d'identification sans TLS : envoyez d'abord STLS";

    public override string SendPass => "Envoyez PASS";

    public override string SendUserFirst => "Envoyez d'abord USER";

    public override string LogInFirst => "Identifiez-vous d'abord : USER nom, puis PASS mot-de-passe";

    public override string LogInByAuth => "Identifiez-vous d'abord par AUTH et un mécanisme de la ligne SASL de CAPA";

    public override string LoggedInAlready => "Vous êtes déjà identifié";

    public override string WrongLogin => "Nom ou mot de passe incorrect";

    public override string LoginNotChecked =>
        "Impossible de vérifier les identifiants pour le moment, réessayez plus tard";

    public override string LoginCancelled => "Identification abandonnée";

    public override string InUse => "Une autre session a ouvert cette boîte aux lettres";

    public override string MailboxUnavailable =>
        "La boîte aux lettres ne peut être ouverte pour le moment, réessayez plus tard";

    public override string UniqueIdsFollow => "Voici les identifiants uniques";

    public override string TopFollows => "Voici le début du message";

    public override string NoMessages => "Ce message n'existe pas : il n'y en a aucun";

    public override string NothingDone => "Rien de fait";

    public override string MessageUnavailable => "Le message ne peut être lu pour le moment";

    public override string NotDeleted => "Les messages n'ont pas été supprimés";

    public override string Goodbye => "Au revoir";

    public override string CapabilitiesFollow => "Voici les capacités";

    public override string LanguagesFollow => "Voici les langues";

    public override string LanguageChosen => "Les réponses sont en français";

    public override string Utf8Chosen => "Les messages partent en UTF-8, tels quels";

    public override string Utf8BeforeLogin => "UTF8 doit précéder l'identification";

    public override string HelpFollows => "Les commandes possibles maintenant :";

    public override string NoSuchTopic => "Pas d'aide à ce sujet ; HELP seul donne la liste des commandes";

    public override string NotText =>
        "Les caractères de contrôle et les octets qui ne sont pas de l'UTF-8 ne sont pas compris";

    public override string BareLineFeed =>
        "Une ligne se termine ici par CR et LF, non par LF seul (nc -C envoie les deux)";

    public override string Empty => "Une commande était attendue ; HELP en donne la liste";

    public override string ApopNotOffered => "Non proposé ici : identifiez-vous par AUTH, ou par USER et PASS";

    public override string OtherProtocol =>
        "C'est du SMTP ; ici on relève le courrier par POP3, et HELP donne la liste des commandes";

    public override string Unknown => "Commande inconnue ; HELP donne la liste de celles qui sont possibles";

    public override string TimedOut => "Trop longtemps sans nouvelles, au revoir";

    public override string SessionTooLong => "Cette session a trop duré, au revoir";

    public override string TooManyCommands => "Trop de commandes dans une session, au revoir";

    public override string TooManyErrors => "Trop d'erreurs, au revoir";

    public override string TlsOnPlainPort => "Ce port ne parle pas TLS";

    public override string SpokeEarly => "Attendez le message d'accueil";

    public override string ShuttingDown => "Le serveur s'arrête";

    public override string Failed => "Le serveur a un problème, réessayez plus tard";

    public override string Mechanisms(string names) => $"Mécanismes : {names}";

    public override string LoginMalformed(string reason) =>
        $"Cette réponse n'a pas la forme que demande le mécanisme ({reason})";

    public override string UsedLately(string wait) => $"Vous étiez là à l'instant, revenez dans {wait}";

    public override string Summary(int messages, long octets) =>
        $"{messages} {(messages > 1 ? "messages" : "message")} ({Octets(octets)})";

    public override string Octets(long octets) => $"{octets} {(octets > 1 ? "octets" : "octet")}";

    public override string WillBeDeleted(int number) => $"Le message {number} sera supprimé à QUIT";

    public override string IsDeleted(int number) => $"Le message {number} est marqué comme supprimé";

    public override string LastIs(int number) => $"Ce message n'existe pas : le dernier est le {number}";

    public override string UnknownLanguage(string tags) => $"Cette langue n'est pas disponible ; il y a {tags}";

    public override string Syntax(string form) => $"Syntaxe : {form}";

    public override string NoNumber(string form) =>
        $"Ce n'est pas un numéro de message. Syntaxe : {form}, les numéros à partir de 1 en chiffres décimaux";

    public override string NoArgument(string keyword) => $"Syntaxe : {keyword}, sans argument";

    public override string DidYouMean(string keyword) =>
        $"Commande inconnue : vouliez-vous dire {keyword} ? HELP donne la liste de celles qui sont possibles";

    public override string LineTooLong(int octets) => $"Ligne de plus de {octets} octets";

    public override string About(string form, string meaning) => $"{form} : {meaning}";

    public override string Form(Pop3Verb verb) => verb switch
    {
        Pop3Verb.User => "USER nom",
        Pop3Verb.Pass => "PASS mot-de-passe",
        Pop3Verb.Auth => "AUTH mécanisme [réponse-initiale]",
        Pop3Verb.List => "LIST [numéro]",
        Pop3Verb.Uidl => "UIDL [numéro]",
        Pop3Verb.Retr => "RETR numéro",
        Pop3Verb.Top => "TOP numéro lignes",
        Pop3Verb.Dele => "DELE numéro",
        Pop3Verb.Lang => "LANG [langue]",
        Pop3Verb.Help => "HELP [commande]",
        _ => Pop3Verbs.KeywordOf(verb),
    };

    public override string Meaning(Pop3Verb verb) => verb switch
    {
        Pop3Verb.User => "indique la boîte aux lettres ; PASS vient ensuite",
        Pop3Verb.Pass => "donne le mot de passe, et ouvre la boîte",
        Pop3Verb.Auth => "identifie par un mécanisme de la ligne SASL de CAPA",
        Pop3Verb.Stls => "continue sous TLS",
        Pop3Verb.Utf8 => "accepte les messages dont l'en-tête est en UTF-8",
        Pop3Verb.Stat => "le nombre de messages, et leur taille en octets",
        Pop3Verb.List => "la taille de chaque message, ou d'un seul",
        Pop3Verb.Uidl => "un nom durable pour chaque message, ou pour un seul",
        Pop3Verb.Retr => "envoie un message",
        Pop3Verb.Top => "envoie l'en-tête d'un message et ses premières lignes",
        Pop3Verb.Dele => "marque un message ; il est supprimé à QUIT",
        Pop3Verb.Rset => "enlève toutes les marques",
        Pop3Verb.Noop => "ne fait rien",
        Pop3Verb.Capa => "ce que ce serveur sait faire, pour les programmes",
        Pop3Verb.Lang => "liste les langues des réponses, ou en choisit une",
        Pop3Verb.Help => "cette aide, ou celle d'une commande",
        _ => "termine la session, et supprime ce qui est marqué",
    };
}
