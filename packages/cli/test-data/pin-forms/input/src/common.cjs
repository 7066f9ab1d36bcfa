const { categoricalCrossentropy } = require("@pastina/objectives");
const objectives = require("@pastina/objectives");
const { "batchNorm": norm } = await import("@pastina/layers");

module.exports = (p, t) => [categoricalCrossentropy(p, t), objectives.categoricalCrossentropy(p, t, { }), norm(p), norm?.(p)];
