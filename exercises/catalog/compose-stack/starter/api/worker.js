"use strict";

// Looks who is next at the lock, and writes it on the board.

const cache = require("./cache");

const apiURL = process.env.API_URL || "http://api:8080";

async function look() {
  const answer = await fetch(apiURL + "/passages", { signal: AbortSignal.timeout(2000) });
  if (!answer.ok) throw new Error(`the API answers ${answer.status}`);
  const [first] = await answer.json();
  await cache("SET next " + (first || "nobody"));
}

setInterval(() => look().catch((fault) => console.error(String(fault.cause || fault))), 1000);

process.on("SIGTERM", () => process.exit(0));
