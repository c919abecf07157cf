"use strict";

const fs = require("node:fs");
const path = require("node:path");

// Where the service writes. DATA_DIR holds the book and must outlive the
// container; CACHE_DIR holds charts that can be drawn again. An empty PID_FILE
// writes none.
const dataDir = process.env.DATA_DIR || path.join(__dirname, "data");
const cacheDir = process.env.CACHE_DIR || path.join(__dirname, "cache");
const pidFile = process.env.PID_FILE ?? path.join(__dirname, "kilnbook.pid");

const book = path.join(dataDir, "firings.jsonl");
const first = { kiln: "the old one", celsius: 1240, hours: 11 };

exports.open = () => {
  fs.mkdirSync(dataDir, { recursive: true });
  fs.mkdirSync(cacheDir, { recursive: true });
  if (pidFile) fs.writeFileSync(pidFile, `${process.pid}\n`);
};

exports.firings = async () => {
  const lines = await fs.promises.readFile(book, "utf8").catch(() => "");
  return [first, ...lines.split("\n").filter(Boolean).map((line) => JSON.parse(line))];
};

exports.add = (firing) => fs.promises.appendFile(book, JSON.stringify(firing) + "\n");

// cached returns the text that is kept under a name, and makes it where there
// is none.
exports.cached = async (name, make) => {
  const file = path.join(cacheDir, name);
  try {
    return await fs.promises.readFile(file, "utf8");
  } catch {
    const text = make();
    await fs.promises.writeFile(file, text);
    return text;
  }
};

// probe rejects where the book could not be written.
exports.probe = async () => {
  const file = path.join(dataDir, ".probe");
  await fs.promises.writeFile(file, "");
  await fs.promises.unlink(file);
};
