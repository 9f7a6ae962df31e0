// Runs inside Thunderbird, with system principal: what a user does with his mouse, by the same commands. Everything
// waits for events; the dialogs that come up meanwhile are read into `alerts` and cancelled.
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const Timer = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");

const PATIENCE = 60_000;

const Checks = {
  alerts: [],

  // The 3-pane window with its first tab.
  async start() {
    const window = await this.until(() => Services.wm.getMostRecentWindow("mail:3pane"), "the main window");
    this.window = window;
    await this.until(() => window.document.getElementById("tabmail")?.currentAbout3Pane?.folderTree, "the folder tree");
    Services.obs.addObserver(dialog => this.dismiss(dialog), "common-dialog-loaded");
    MailServices.mailSession.addUserFeedbackListener({
      onAlert: message => this.alerts.push(message) > 0,
      onCertError: (security, url) => this.alerts.push(`certificate: ${security.errorCodeString} ${url.spec}`) > 0,
    });
    return Services.appinfo.version;
  },

  dismiss(window) {
    const dialog = window.document.querySelector("dialog");
    this.alerts.push(window.document.getElementById("infoBody")?.textContent.trim() || dialog.textContent.trim());
    Timer.setTimeout(() => dialog.cancelDialog(), 0);
  },

  dialog() {
    return [...Services.wm.getEnumerator(null)].find(window => window.location.href.endsWith("/commonDialog.xhtml"));
  },

  takeAlerts() {
    return this.alerts.splice(0);
  },

  async until(condition, what) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const answer = await condition();
      if (answer) {
        return answer;
      }
      if (Date.now() > deadline) {
        throw new Error(`waited for ${what}; alerts: ${this.alerts.join(" | ")}`);
      }
      await new Promise(resolve => Timer.setTimeout(resolve, 50));
    }
  },

  // The account of one address, as the account wizard makes it.
  addAccount({ address, password, pop3, smtp, leave }) {
    const incoming = MailServices.accounts.createIncomingServer(address, pop3.host, "pop3");
    incoming.port = pop3.port;
    incoming.socketType = pop3.security;
    incoming.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
    incoming.password = password;
    incoming.doBiff = false;
    incoming.setBoolValue("login_at_startup", false);
    incoming.setBoolValue("leave_on_server", leave);
    incoming.setBoolValue("delete_mail_left_on_server", true);
    incoming.prettyName = address;
    incoming.valid = true;
    const outgoing = MailServices.outgoingServer.createServer("smtp");
    const smtpServer = outgoing.QueryInterface(Ci.nsISmtpServer);
    smtpServer.hostname = smtp.host;
    smtpServer.port = smtp.port;
    outgoing.socketType = smtp.security;
    outgoing.authMethod = smtp.login ? Ci.nsMsgAuthMethod.passwordCleartext : Ci.nsMsgAuthMethod.none;
    if (smtp.login) {
      outgoing.username = address;
      outgoing.password = password;
    }
    const identity = MailServices.accounts.createIdentity();
    identity.fullName = address[0].toUpperCase() + address.slice(1, address.indexOf("@"));
    identity.email = address;
    identity.composeHtml = false;
    identity.doFcc = false;
    identity.smtpServerKey = outgoing.key;
    identity.valid = true;
    const account = MailServices.accounts.createAccount();
    account.addIdentity(identity);
    account.incomingServer = incoming;
    MailServices.accounts.defaultAccount = account;
    return account.key;
  },

  setPassword(key, password) {
    const account = MailServices.accounts.getAccount(key);
    account.incomingServer.password = password;
    const outgoing = MailServices.outgoingServer.getServerByKey(account.defaultIdentity.smtpServerKey);
    outgoing.password = password;
    outgoing.closeCachedConnections(); // Else the next mail goes over a connection that is logged in.
  },

  trust(base64) {
    Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).addCertFromBase64(base64, "CT,CT,CT");
  },

  // The window for a new mail: opened, sent with its own command, and waited for until it has closed or complained.
  async send({ key, to, subject, body }) {
    const compose = (name, type) => Cc[`@mozilla.org/messengercompose/${name};1`].createInstance(type);
    const fields = compose("composefields", Ci.nsIMsgCompFields);
    Object.assign(fields, { to, subject, body });
    const parameters = compose("composeparams", Ci.nsIMsgComposeParams);
    parameters.type = Ci.nsIMsgCompType.New;
    parameters.format = Ci.nsIMsgCompFormat.PlainText;
    parameters.identity = MailServices.accounts.getAccount(key).defaultIdentity;
    parameters.composeFields = fields;
    MailServices.compose.OpenComposeWindowWithParams(null, parameters);
    const window = await this.until(() => {
      const found = Services.wm.getMostRecentWindow("msgcompose");
      return found?.composeEditorReady ? found : null;
    }, "the compose window");
    window.goDoCommand("cmd_sendNow");
    await this.until(() => window.closed || this.alerts.length, "the compose window to close");
    // One complaint may follow another. Closing would ask whether to keep a draft.
    window.ComposeCanClose = () => true;
    await this.until(() => {
      if (!window.closed && !window.gSendOperationInProgress && !window.gWindowLocked && !this.dialog()) {
        window.close();
      }
      return window.closed;
    }, "the compose window to be closed");
    return this.takeAlerts();
  },

  inbox(key) {
    return MailServices.accounts.getAccount(key).incomingServer.rootFolder
      .getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
  },

  messages(key) {
    return [...this.inbox(key).messages];
  },

  subjects(key) {
    return this.messages(key).map(message => message.mime2DecodedSubject);
  },

  // "Get messages".
  async getMail(key) {
    const inbox = this.inbox(key);
    let status = null;
    const listener = { OnStartRunningUrl() {}, OnStopRunningUrl(_url, code) { status = code; } };
    inbox.getNewMessages(this.window.msgWindow, listener);
    await this.until(() => status !== null || this.alerts.length, "the end of getting mail");
    await this.until(() => !inbox.server.wrappedJSObject?.serverBusy && !inbox.locked, "the inbox to be free again");
    return { status: status ?? -1, alerts: this.takeAlerts() };
  },

  // Shows a message in the window's message pane; the text that is shown.
  async show(key, subject) {
    const pane = await this.select(key, subject);
    const shown = () => pane.messageBrowser?.contentWindow;
    await this.until(() => shown()?.msgLoaded && shown().gMessage?.mime2DecodedSubject === subject, "the message");
    const browser = shown().getMessagePaneBrowser();
    await this.until(() => browser.contentDocument?.readyState === "complete", "the text of the message");
    return browser.contentDocument.body.innerText;
  },

  async select(key, subject) {
    const pane = this.window.document.getElementById("tabmail").currentAbout3Pane;
    pane.displayFolder(this.inbox(key));
    await this.until(() => pane.gFolder === this.inbox(key) && pane.gDBView, "the folder to be shown");
    const header = this.messages(key).find(message => message.mime2DecodedSubject === subject);
    pane.selectMessage(header);
    await this.until(() => pane.gDBView.getSelectedMsgHdrs().includes(header), "the message to be selected");
    return pane;
  },

  // The delete key.
  async remove(key, subject) {
    const pane = await this.select(key, subject);
    pane.commandController.doCommand("cmd_delete");
    await this.until(() => !this.subjects(key).includes(subject), "the message to leave the inbox");
  },
};

Cu.getGlobalForObject(MailServices).ActorMailChecks = Checks;
return Checks.start();
