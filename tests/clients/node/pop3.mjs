// One session of node-pop3, told as JSON: node pop3.mjs WAY PORT USER PASSWORD CA-FILE
import { readFileSync } from "node:fs";
import Pop3 from "node-pop3";

const [way, port, user, password, authority] = process.argv.slice(2);

const session = (word) => new Pop3({
  host: "localhost", port: Number(port), user, password: word, timeout: 60_000,
  tls: way === "tls", tlsOptions: { ca: readFileSync(authority) },
});

// It gives texts, so octets above 127 are taken from its stream, and it leaves doubled dots to its caller.
const octets = async (pop, ...command) => {
  const [, stream] = await pop.command(...command);
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  const text = `\r\n${Buffer.concat(pieces).toString("latin1")}\r\n`;
  return Buffer.from(text.replaceAll("\r\n..", "\r\n.").slice(2), "latin1").toString("hex");
};

const refused = await session("wrong").STAT().then(() => false, (error) => error.message.includes("[AUTH]"));

const pop = session(password);
const count = Number((await pop.STAT()).split(" ")[0]);
const sizes = (await pop.LIST()).map(([, size]) => Number(size));
const uidl = (await pop.UIDL()).map(([, id]) => id);
const mails = [];
for (let number = 1; number <= count; number++) mails.push(await octets(pop, "RETR", number));
const top = await octets(pop, "TOP", 1, 1);
await pop.DELE(1);
await pop.DELE(3);
await pop.RSET();
const reset = Number((await pop.STAT()).split(" ")[0]);
await pop.DELE(2);
await pop.QUIT();
console.log(JSON.stringify({ refused, count, sizes, uidl, mails, top, reset }));
process.exit(0);
