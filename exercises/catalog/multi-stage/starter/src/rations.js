"use strict";

const { keeps } = require("larder");

// Kilograms a head and a day.
const PER_HEAD = { biscuit: 0.45, cheese: 0.05, lemons: 0.1, bread: 0.4 };

// What a crew needs for a voyage, in whole kilograms: rounded up, since the last
// day is a day like any other. What would not keep that long stays ashore.
exports.rations = (crew, days) =>
  Object.fromEntries(
    Object.entries(PER_HEAD)
      .filter(([provision]) => keeps(provision, days))
      .map(([provision, kg]) => [provision, Math.ceil(crew * days * kg)]),
  );
