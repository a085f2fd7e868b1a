// Saves with emmett-postgresql's event store, one connection a saver; asked in JSON lines like the other savers.
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const from = createRequire(`${process.env.PACKAGES}/package.json`);
const { getPostgreSQLEventStore } = await import(pathToFileURL(from.resolve("@event-driven-io/emmett-postgresql")));
const pg = from("pg");

const LARGEST = 32;
const pool = new pg.Pool({ connectionString: process.env.DSN, max: LARGEST });
const store = getPostgreSQLEventStore(process.env.DSN, { connectionOptions: { pooled: true, pool } });
const document = JSON.parse(process.env.DOCUMENT);
await store.schema?.migrate?.();

async function one(end, took) {
  for (;;) {
    const began = performance.now();
    if (began >= end) return;
    await store.appendToStream(`referral-${randomUUID()}`, [{ type: "ReferralReceived", data: document }], {
      expectedStreamVersion: "STREAM_DOES_NOT_EXIST",
    });
    took.push(performance.now() - began);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const took = [];
  const began = performance.now();
  const end = began + asked.seconds * 1000;
  await Promise.all(Array.from({ length: asked.savers }, () => one(end, took)));
  const seconds = (performance.now() - began) / 1000;
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.max(0, Math.ceil(share * took.length) - 1)];
  process.stdout.write(`${JSON.stringify({ rate: took.length / seconds, p50: at(0.5), p99: at(0.99) })}\n`);
}
await store.close();
await pool.end();
