"use strict";

fetch("http://127.0.0.1:8080/healthz", { signal: AbortSignal.timeout(2500) })
  .then((answer) => process.exit(answer.ok ? 0 : 1))
  .catch(() => process.exit(1));
