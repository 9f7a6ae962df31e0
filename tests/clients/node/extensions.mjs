// Sends the mail on standard input with a request for reports, and prints who has got it:
// node extensions.mjs smtp|lmtp PORT SENDER RECIPIENT,RECIPIENT
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";

const [protocol, port, from, to] = process.argv.slice(2);
const transport = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  lmtp: protocol === "lmtp",
  ignoreTLS: true,
});
const recipients = to.split(",");
const sent = await transport.sendMail({
  envelope: { from, to: recipients },
  raw: readFileSync(0),
  dsn: { id: "node+1", return: "headers", notify: ["success", "delay"], recipient: recipients[1] },
});
console.log("ok", ...sent.accepted);
transport.close();
