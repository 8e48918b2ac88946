"use strict";

module.exports = { ...require("./query.js"), ...require("./route.js") };
