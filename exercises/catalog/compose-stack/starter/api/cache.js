"use strict";

const net = require("node:net");

const [host, port] = (process.env.CACHE_ADDR || "cache:6379").split(":");

// Sends one line to the cache and gives back the line that it answers.
module.exports = (line) =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ host, port: Number(port), timeout: 2000 }, () => socket.write(line + "\n"));
    let answer = "";
    socket.on("data", (data) => (answer += data));
    socket.on("end", () => resolve(answer.trim()));
    socket.on("timeout", () => socket.destroy(new Error("the cache does not answer")));
    socket.on("error", reject);
  });
