"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { rations } = require("../src/rations");

test("a part of a kilogram is a whole one", () => {
  assert.equal(rations(1, 1).biscuit, 1);
  assert.equal(rations(12, 30).biscuit, 162);
});

test("bread does not keep for a month", () => {
  assert.equal(rations(12, 30).bread, undefined);
  assert.equal(rations(10, 3).bread, 12);
});
