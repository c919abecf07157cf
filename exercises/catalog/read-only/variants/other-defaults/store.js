"use strict";

const fs = require("node:fs");
const path = require("node:path");

// The book is all that is written; charts are kept in memory.
const dataDir = "/data";
const book = path.join(dataDir, "firings.jsonl");
const first = { kiln: "the old one", celsius: 1240, hours: 11 };
const charts = new Map();

exports.open = () => {};

exports.firings = async () => {
  const lines = await fs.promises.readFile(book, "utf8").catch(() => "");
  return [first, ...lines.split("\n").filter(Boolean).map((line) => JSON.parse(line))];
};

exports.add = (firing) => fs.promises.appendFile(book, JSON.stringify(firing) + "\n");

exports.cached = async (name, make) => {
  if (!charts.has(name)) charts.set(name, make());
  return charts.get(name);
};

exports.probe = async () => {
  const file = path.join(dataDir, ".probe");
  await fs.promises.writeFile(file, "");
  await fs.promises.unlink(file);
};
