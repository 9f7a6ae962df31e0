// Sends the mail on standard input: node send.mjs LISTENER PORT MECHANISM USER PASSWORD CA-FILE
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";

const [listener, port, mechanism, user, pass, authority] = process.argv.slice(2);
const transport = nodemailer.createTransport({
  host: "localhost",
  port: Number(port),
  secure: listener === "submissions",
  requireTLS: true,
  authMethod: mechanism,
  auth: { user, pass },
  tls: { ca: readFileSync(authority) },
});
await transport.sendMail({ envelope: { from: user, to: [user] }, raw: readFileSync(0) });
transport.close();
