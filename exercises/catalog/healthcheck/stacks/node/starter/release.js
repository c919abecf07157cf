"use strict";

// Which release this is; the pipeline writes it.
module.exports = "dev";
